import { type ConfiguredTerminal, type ServerSettings, type Tier, TierSettings } from '../../src/config/index.js';
import { symbolName } from '../../src/market/index.js';
import { changed, USUAL_SETTINGS } from './usual-settings.js';

function terminal(id: string, symbol: string): ConfiguredTerminal {
  return {
    id,
    login: 1,
    server: 'Test-Server',
    host: 'main',
    symbols: [{ name: symbolName(symbol), brokerName: undefined }],
  };
}

/** FREE with three requests a minute, so that a test reaches the limit quickly. */
export const FREE: Tier = {
  name: 'FREE',
  rank: 0,
  symbols: [symbolName('BTCUSD'), symbolName('EURUSD')],
  timeframes: ['H1', 'H4'],
  limits: { perMinute: 3, perDay: 2000, concurrent: 2 },
};

/** PRO: everything. */
export const PRO: Tier = {
  name: 'PRO',
  rank: 1,
  symbols: undefined,
  timeframes: ['M5', 'H1', 'H4'],
  limits: { perMinute: 600, perDay: undefined, concurrent: 20 },
};

/** The settings that the HTTP side needs, small and fixed. */
export function httpSettings(server: Partial<ServerSettings> = {}, tiers: readonly Tier[] = [FREE, PRO]) {
  return {
    server: changed(USUAL_SETTINGS.server, {
      port: 0,
      adminDocsAccess: 'open',
      shutdownGraceMs: 0,
      logLevel: 'silent',
      ...server,
    }),
    terminals: changed(USUAL_SETTINGS.terminals, {
      terminals: [terminal('MT5_01', 'AUDJPY'), terminal('MT5_02', 'BTCUSD'), terminal('MT5_05', 'EURUSD')],
    }),
    series: changed(USUAL_SETTINGS.series, { timeframes: ['M5', 'H1', 'H4'] }),
    access: USUAL_SETTINGS.access,
    tiers: new TierSettings({ tiers }),
  };
}

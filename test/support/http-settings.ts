import {
  AccessSettings,
  type ConfiguredTerminal,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  type Tier,
  TierSettings,
} from '../../src/config/index.js';
import { symbolName } from '../../src/market/index.js';

function filled<T extends object>(settings: T, values: Partial<T>): T {
  return Object.assign(settings, values);
}

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
    server: filled(new ServerSettings(), {
      host: '127.0.0.1',
      port: 0,
      metricsPort: undefined,
      docsAccess: 'open',
      adminDocsAccess: 'open',
      shutdownGraceMs: 0,
      shutdownDelayMs: 0,
      logLevel: 'silent',
      trustedProxies: 0,
      corsOrigins: [],
      ...server,
    }),
    terminals: filled(new TerminalSettings(), {
      serverZones: [],
      terminals: [terminal('MT5_01', 'AUDJPY'), terminal('MT5_02', 'BTCUSD'), terminal('MT5_05', 'EURUSD')],
    }),
    series: filled(new SeriesSettings(), { timeframes: ['M5', 'H1', 'H4'] }),
    access: filled(new AccessSettings(), {
      keyPeppers: [{ version: 1, secret: 'pepper of at least 32 characters!' }],
      failedAuthPerMinute: 60,
    }),
    tiers: filled(new TierSettings(), { tiers }),
  };
}

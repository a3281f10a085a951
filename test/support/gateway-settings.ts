import { unprovedPlaces } from '../../src/config/descriptors/descriptor-budget.js';
import {
  AccessSettings,
  BridgeSettings,
  type ConfiguredTerminal,
  ConnectionSettings,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  type Tier,
  TierSettings,
} from '../../src/config/index.js';
import { symbolName } from '../../src/market/index.js';
import { changed, USUAL_SETTINGS } from './usual-settings.js';

export const MASTER_SECRET = 'a master secret that is long enough';

/** A configured terminal with login 1 at `Broker-Demo`; it serves EURUSD unless a test names symbols. */
export function configured(id: string, ...symbols: string[]): ConfiguredTerminal {
  const names = symbols.length === 0 ? ['EURUSD'] : symbols;
  return {
    id,
    login: 1,
    server: 'Broker-Demo',
    host: 'main',
    symbols: names.map((name) => ({ name: symbolName(name), brokerName: undefined })),
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

/** One terminal each for AUDJPY, BTCUSD and EURUSD. */
export const TERMINALS = changed(USUAL_SETTINGS.terminals, {
  terminals: [configured('MT5_01', 'AUDJPY'), configured('MT5_02', 'BTCUSD'), configured('MT5_05', 'EURUSD')],
});
export const SERIES = changed(USUAL_SETTINGS.series, { timeframes: ['M5', 'H1', 'H4'] });

/** What a test changes of the settings. */
export interface SettingChanges {
  readonly server: Partial<ServerSettings>;
  readonly bridge: Partial<BridgeSettings>;
  readonly terminals: Partial<TerminalSettings>;
  readonly tiers: readonly Tier[];
}

/** The settings of a gateway in a test, each under its class. */
export function settingProviders(changes: SettingChanges) {
  const terminals = changed(TERMINALS, changes.terminals);
  const bridge = { port: 0, masterSecret: MASTER_SECRET, ...changes.bridge };
  return [
    { provide: ServerSettings, useValue: serverSettings(changes.server) },
    { provide: BridgeSettings, useValue: changed(USUAL_SETTINGS.bridge, bridge) },
    { provide: TerminalSettings, useValue: terminals },
    { provide: ConnectionSettings, useValue: { unproved: unprovedPlaces(terminals.terminals.length) } },
    { provide: SeriesSettings, useValue: SERIES },
    { provide: AccessSettings, useValue: USUAL_SETTINGS.access },
    { provide: TierSettings, useValue: new TierSettings({ tiers: changes.tiers }) },
  ];
}

/** A free port, silent logs and no grace period. */
export function serverSettings(changes: Partial<ServerSettings>): ServerSettings {
  return changed(USUAL_SETTINGS.server, {
    port: 0,
    adminDocsAccess: 'open',
    shutdownGraceMs: 0,
    logLevel: 'silent',
    ...changes,
  });
}

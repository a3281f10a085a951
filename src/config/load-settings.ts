import { join } from 'node:path';
import { ConfigurationError } from './config.errors.js';
import { connectionSettings, ConnectionSettings } from './descriptors/connection-settings.js';
import { readDescriptorLimit } from './descriptors/descriptor-limit.js';
import { Faults } from './environment/faults.js';
import { ignoredVariables } from './environment/ignored-variables.js';
import { type EnvironmentSource, readSection } from './environment/section.js';
import { IndicatorsFile } from './files/indicators.file.js';
import { readConfigFile } from './files/read-config-file.js';
import { TerminalsFile } from './files/terminals.file.js';
import { TiersFile } from './files/tiers.file.js';
import { AccessSettings } from './sections/access-settings.js';
import { knownVariables } from './sections/all-sections.js';
import { AuditSettings } from './sections/audit-settings.js';
import { BridgeSettings } from './sections/bridge-settings.js';
import { DatabaseSettings } from './sections/database-settings.js';
import { indicatorSettings, IndicatorSettings } from './sections/indicator-settings.js';
import {
  candleRetentionSettings,
  CandleRetentionSettings,
  SERIES,
  seriesSettings,
  SeriesSettings,
} from './sections/series-settings.js';
import { ServerSettings } from './sections/server-settings.js';
import { TERMINALS, terminalSettings, TerminalSettings } from './sections/terminal-settings.js';
import { tierSettings, TierSettings } from './sections/tier-settings.js';

/** Classes of the gateway's settings. Each is also the injection token of its section. */
export const SETTINGS = {
  server: ServerSettings,
  connections: ConnectionSettings,
  database: DatabaseSettings,
  bridge: BridgeSettings,
  terminals: TerminalSettings,
  series: SeriesSettings,
  candleRetention: CandleRetentionSettings,
  access: AccessSettings,
  audit: AuditSettings,
  tiers: TierSettings,
  indicators: IndicatorSettings,
};

/** All settings of the gateway; immutable. */
export type Settings = { readonly [Name in keyof typeof SETTINGS]: InstanceType<(typeof SETTINGS)[Name]> } & {
  /** Sentences about variables without effect. */
  readonly ignored: readonly string[];
};

/**
 * Reads environment and configuration files.
 * @throws ConfigurationError listing everything that is missing or wrong, by name and rule
 */
export function loadSettings(source: EnvironmentSource, descriptorLimit = readDescriptorLimit()): Settings {
  const faults = new Faults();
  const server = ServerSettings.read(source, faults);
  const database = DatabaseSettings.read(source, faults);
  const bridge = BridgeSettings.read(source, faults);
  const access = AccessSettings.read(source, faults);
  const audit = AuditSettings.read(source, faults);
  const terminalValues = readSection(TERMINALS, source, faults);
  const seriesValues = readSection(SERIES, source, faults);
  const candleRetention = candleRetentionSettings(seriesValues, faults);
  const path = (name: string): string => join(terminalValues.configDir, name);
  const terminalsFile = readConfigFile(TerminalsFile, path('terminals.json'), faults);
  const tiersFile = readConfigFile(TiersFile, path('tiers.json'), faults);
  const indicatorsFile = readConfigFile(IndicatorsFile, path('indicators.json'), faults);
  const terminals = terminalsFile && terminalSettings(terminalValues, terminalsFile, faults);
  const tiers = tiersFile && tierSettings(tiersFile, path('tiers.json'), faults);
  const indicators = indicatorsFile && indicatorSettings(indicatorsFile, path('indicators.json'), faults);
  faults.raise();
  if (!terminals || !tiers || !indicators) throw new ConfigurationError(['a configuration file is empty']);
  const series = seriesSettings(seriesValues, tiers);
  const connections = connectionSettings({ server, database, terminals, descriptorLimit });
  const ignored = ignoredVariables(source, knownVariables());
  const fromFiles = { terminals, tiers, indicators };
  return { server, connections, database, bridge, series, candleRetention, access, audit, ...fromFiles, ignored };
}

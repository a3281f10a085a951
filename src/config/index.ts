/** The one place that reads the environment and `config/*.json`. */
export { ConfigurationError } from './config.errors.js';
export { MAX_REFUSALS, METRICS_MAX_CONNECTIONS, unprovedPlaces } from './descriptors/descriptor-budget.js';
export { assertDescriptorLimit, describeConnections, DescriptorLimitError } from './descriptors/descriptor-report.js';
export type { UnprovedPlaces } from './descriptors/descriptor-budget.js';
export type { DocsAccess } from './sections/docs-access.js';
export { renderEnvExample } from './reference/env-example.js';
export { renderJsonSchemas } from './files/json-schema.js';
export { loadAgentSettings } from './agent/load-agent-settings.js';
export type { AgentSettings, AgentTerminal } from './agent/agent-settings.js';
export {
  loadAccessSettings,
  loadBridgeSettings,
  loadDatabaseSettings,
  loadDemoSettings,
  loadSettings,
} from './load-settings.js';
export type { DemoSettings, Settings } from './load-settings.js';
export type { EnvironmentSource } from './environment/read-environment.js';
export { readProcessEnvironment } from './environment/read-process-environment.js';
export {
  AccessSettings,
  AuditSettings,
  BridgeSettings,
  CandleRetentionSettings,
  ConnectionSettings,
  DatabaseSettings,
  IndicatorSettings,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  TierSettings,
} from './settings.js';
export type {
  ConfiguredParameter,
  ConfiguredSymbol,
  ConfiguredTerminal,
  ConfiguredZone,
  EngineNumbers,
  KeyPepper,
  TerminalIndicator,
  Tier,
  TierLimits,
} from './settings.js';
export { SettingsModule } from './settings.module.js';
export { GATEWAY_VERSION } from './version.js';

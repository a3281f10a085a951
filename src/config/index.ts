/** Reads the environment and `config/*.json`; no other folder does. */
import 'reflect-metadata';
export { loadAgentSettings } from './agent/load-agent-settings.js';
export { ConfigurationError } from './config.errors.js';
export { ConnectionSettings } from './descriptors/connection-settings.js';
export { MAX_REFUSALS, METRICS_MAX_CONNECTIONS } from './descriptors/descriptor-budget.js';
export { assertDescriptorLimit, describeConnections } from './descriptors/descriptor-report.js';
export { readProcessEnvironment } from './environment/read-process-environment.js';
export type { EnvironmentSource } from './environment/section.js';
export { renderJsonSchemas } from './files/json-schema.js';
export { loadSettings, type Settings } from './load-settings.js';
export { renderEnvExample } from './reference/env-example.js';
export { renderSettingsTables } from './reference/settings-tables.js';
export { AccessSettings, type KeyPepper } from './sections/access-settings.js';
export type { AgentSettings, AgentTerminal } from './sections/agent-settings.js';
export { AuditSettings } from './sections/audit-settings.js';
export { BridgeSettings } from './sections/bridge-settings.js';
export { DatabaseSettings } from './sections/database-settings.js';
export { type DemoSettings, loadDemoSettings } from './sections/demo-settings.js';
export { type ConfiguredParameter, IndicatorSettings, type TerminalIndicator } from './sections/indicator-settings.js';
export { CandleRetentionSettings, SeriesSettings } from './sections/series-settings.js';
export { type DocsAccess, ServerSettings } from './sections/server-settings.js';
export {
  type ConfiguredSymbol,
  type ConfiguredTerminal,
  type ConfiguredZone,
  TerminalSettings,
} from './sections/terminal-settings.js';
export { type Tier, TierSettings } from './sections/tier-settings.js';
export { SettingsModule } from './settings.module.js';
export { GATEWAY_VERSION } from './version.js';

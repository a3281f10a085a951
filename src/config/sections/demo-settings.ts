import { Faults } from '../environment/faults.js';
import { type EnvironmentSource, readSection, section, type Values } from '../environment/section.js';
import { text } from '../environment/variable.js';
import { BRIDGE } from './bridge-settings.js';
import { SERVER } from './server-settings.js';

/** Variables of the demo, which brings its own database, secrets and terminals. */
export const DEMO = section('Demo', {
  dataDir: text('DATA_DIR', {
    about: 'Demo only: folder of its database, secrets and demo.json.',
    form: 'path',
    default: '.data',
  }),
  candlesDir: text('CANDLES_DIR', {
    about: 'Demo and simulator only: folder of SYMBOL_TIMEFRAME.csv[.gz] files to replay.',
    form: 'path',
    unset: 'none: a synthetic market',
  }),
});

/** Folder, replayed candles and ports of the demo. */
export interface DemoSettings extends Values<typeof DEMO> {
  readonly host: string;
  readonly port: number;
  readonly bridgeHost: string;
  readonly bridgePort: number;
}

/** Settings that the demo reads before it starts the gateway. @throws ConfigurationError */
export function loadDemoSettings(source: EnvironmentSource): DemoSettings {
  const faults = new Faults();
  const demo = readSection(DEMO, source, faults);
  const { host, port } = readSection(SERVER, source, faults);
  // The demo generates the bridge's master secret.
  const ownSecret = { BRIDGE_MASTER_SECRET: 'made by the demo, not known here' };
  const bridge = readSection(BRIDGE, { ...source, ...ownSecret }, faults);
  faults.raise();
  return { ...demo, host, port, bridgeHost: bridge.host, bridgePort: bridge.port };
}

import { Faults } from '../environment/faults.js';
import { type EnvironmentSource, readSection, section, type Values } from '../environment/section.js';
import { text } from '../environment/variable.js';
import { BRIDGE } from './bridge-settings.js';
import { SERVER } from './server-settings.js';

/** Only the demo reads these: it brings its own database, secrets and terminals. */
export const DEMO = section('Demo', {
  dataDir: text('DATA_DIR', {
    about: 'Demo only: where its database, secrets and demo.json live.',
    form: 'path',
    default: '.data',
  }),
  candlesDir: text('CANDLES_DIR', {
    about: 'Demo and simulator only: folder of SYMBOL_TIMEFRAME.csv[.gz] files to replay.',
    form: 'path',
    unset: 'none: a synthetic market',
  }),
});

/** Where the demo keeps its things, what it replays, and its ports. */
export interface DemoSettings extends Values<typeof DEMO> {
  readonly host: string;
  readonly port: number;
  readonly bridgeHost: string;
  readonly bridgePort: number;
}

/** What the demo needs to know before it starts the rest. @throws ConfigurationError */
export function loadDemoSettings(source: EnvironmentSource): DemoSettings {
  const faults = new Faults();
  const demo = readSection(DEMO, source, faults);
  const { host, port } = readSection(SERVER, source, faults);
  // The demo makes the bridge's master secret itself.
  const ownSecret = { BRIDGE_MASTER_SECRET: 'made by the demo, not known here' };
  const bridge = readSection(BRIDGE, { ...source, ...ownSecret }, faults);
  faults.raise();
  return { ...demo, host, port, bridgeHost: bridge.host, bridgePort: bridge.port };
}

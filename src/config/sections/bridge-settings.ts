import { section, settingsOf } from '../environment/section.js';
import { integer, text } from '../environment/variable.js';
import { HOST } from './server-settings.js';

export const BRIDGE = section('Bridge: the port that terminals dial', {
  host: text('BRIDGE_HOST', {
    about: 'Address the terminals dial; keep it on loopback unless TLS is set.',
    form: 'an IP address',
    pattern: HOST,
    default: '127.0.0.1',
  }),
  port: integer('BRIDGE_PORT', { about: 'Port the terminals dial.', range: [0, 65_535, 'TCP port'], default: 5010 }),
  masterSecret: text('BRIDGE_MASTER_SECRET', {
    about: "Every terminal's key is derived from it (npm run keys -- terminal MT5_05). Changing it changes all keys.",
    form: 'at least 32 characters',
    minLength: 32,
    required: true,
    secret: true,
  }),
  tlsCertFile: text('BRIDGE_TLS_CERT_FILE', {
    about: 'Certificate chain for TLS on the bridge port.',
    form: 'path of a PEM file',
    unset: 'no TLS',
  }),
  tlsKeyFile: text('BRIDGE_TLS_KEY_FILE', {
    about: 'Private key for TLS on the bridge port.',
    form: 'path of a PEM file',
    unset: 'no TLS',
  }),
  heartbeatMs: integer('BRIDGE_HEARTBEAT_MS', {
    about: 'Heartbeat interval; a terminal counts as lost after three intervals without a byte.',
    range: [200, 60_000, 'milliseconds'],
    default: 5000,
  }),
  handshakeTimeoutMs: integer('BRIDGE_HANDSHAKE_TIMEOUT_MS', {
    about: 'Time within which a terminal must prove its key.',
    range: [100, 60_000, 'milliseconds'],
    default: 5000,
  }),
  maxFrameBytes: integer('BRIDGE_MAX_FRAME_BYTES', {
    about: 'Largest payload of a frame.',
    range: [65_536, 16_777_216, 'bytes'],
    default: 1_048_576,
  }),
});

/** The port that terminals dial. */
export class BridgeSettings extends settingsOf(BRIDGE, (values, faults) => {
  if ((values.tlsCertFile === undefined) !== (values.tlsKeyFile === undefined)) {
    faults.add('BRIDGE_TLS_CERT_FILE and BRIDGE_TLS_KEY_FILE must be set together');
  }
  return values;
}) {}

import { encodeGatewayPreamble, encodeMessage } from '../../src/bridge/index.js';
import { asMilliseconds } from '../../src/kernel/index.js';
import type { Check } from '../check.js';
import { demand } from '../finding.js';
import { HANDSHAKE_MS } from '../handshake-driver.js';
import { LATENESS_MS } from '../settings.js';

/** Wait that catches a bridge that sends out of turn, milliseconds. */
const DWELL_MS = 150;
/** Header of a CHALLENGE of 4097 bytes. */
const OVERSIZED = Buffer.from('011000000100000000000000', 'hex');

/** The first session, which all other checks need. */
export const openingChecks: readonly Check[] = [
  {
    id: 'handshake.dial',
    promise: 'dials and begins with the preamble, within 5 s of the connection',
    async run(bench) {
      const connection = await bench.dial();
      await connection.preamble(HANDSHAKE_MS);
      bench.putBack(connection);
    },
  },
  {
    id: 'handshake.hello',
    promise: 'waits for its turn at each step and proves itself by a HELLO with a right mac',
    async run(bench) {
      const connection = await bench.dial();
      const introduction = await bench.introduce(connection, DWELL_MS);
      bench.open(connection, bench.handshake.welcome(connection, introduction), introduction.hello);
    },
  },
];

/** Handshakes that must fail; each costs a connection, so they come late. */
export const handshakeChecks: readonly Check[] = [
  {
    id: 'handshake.fresh-nonce',
    promise: 'takes a new clientNonce for each connection',
    async run(bench) {
      const first = await bench.session();
      const before = Buffer.from(first.hello.clientNonce);
      bench.leave();
      const second = await bench.session();
      demand(!before.equals(Buffer.from(second.hello.clientNonce)), 'two connections had the same clientNonce');
    },
  },
  {
    id: 'handshake.gateway-proof',
    promise: 'leaves a gateway whose WELCOME has a wrong mac, and tells it nothing',
    async run(bench) {
      const connection = await bench.dial();
      const introduction = await bench.introduce(connection);
      const before = connection.receivedBytes;
      bench.handshake.welcome(connection, { ...introduction, key: Buffer.alloc(introduction.key.length, 1) });
      const left = await connection.isLeft(HANDSHAKE_MS);
      demand(left, 'the bridge stayed with a gateway that does not have its key');
      demand(connection.receivedBytes === before, 'the bridge sent frames to a gateway that does not have its key');
    },
  },
  {
    id: 'handshake.version',
    promise: 'leaves when there is no version in common, and not to come back before it was told to',
    async run(bench) {
      const connection = await bench.dial();
      await connection.preamble(HANDSHAKE_MS);
      const retryAfterMs = Math.round(bench.scaled(3000));
      const message = 'no version in common';
      const reject = encodeMessage({ type: 'reject', reason: 'protocol-version', message, retryAfterMs });
      bench.leave(encodeGatewayPreamble(0), reject);
      const pauseMs = await bench.pauseUntilDial();
      demand(
        pauseMs >= 0.9 * retryAfterMs,
        `it dialled again after ${asMilliseconds(pauseMs)}, ${asMilliseconds(retryAfterMs)} were asked for`,
      );
    },
  },
  {
    id: 'handshake.oversized',
    promise: 'leaves when more than 4096 bytes are announced before the WELCOME, on the header alone',
    async run(bench) {
      const connection = await bench.dial();
      await connection.preamble(HANDSHAKE_MS);
      connection.write(encodeGatewayPreamble(1), OVERSIZED);
      demand(await connection.isLeft(HANDSHAKE_MS + LATENESS_MS), 'the bridge stayed and waits for 4097 bytes');
    },
  },
];

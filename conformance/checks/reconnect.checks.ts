import { DEFAULT_MAX_FRAME_BYTES, encodeFrame, encodeGatewayPreamble, encodeMessage } from '../../src/bridge/index.js';
import { asMilliseconds } from '../../src/kernel/index.js';
import type { Bench } from '../bench.js';
import type { Check } from '../check.js';
import { demand, Skipped } from '../finding.js';
import { LATENESS_MS, REDIAL } from '../settings.js';
import { u32 } from './rates.checks.js';

/** A longer check runs only with --slow, milliseconds. */
const SHORT_MS = 10_000;
/** Number of pauses of which at least one is not late on a busy machine. */
const IN_A_ROW = 6;
/** Clocks of two programs may differ a little. */
const NEARLY = 0.9;

/** Judges the pauses of a bridge that waits for the gateway to be back, milliseconds. */
function judgeQuickDials(pauses: readonly number[], bench: Bench): void {
  const list = pauses.map(asMilliseconds).join(', ');
  const firstMs = bench.scaled(REDIAL.firstMs);
  const [first, ...others] = pauses as [number, ...number[]];
  demand(
    first <= firstMs + LATENESS_MS,
    `its first pause is ${asMilliseconds(first)}, at most ${asMilliseconds(firstMs)} are allowed`,
  );
  const least = firstMs * (1 - REDIAL.jitter) * NEARLY;
  demand(Math.min(...others) >= least, `it dials without a pause: ${list}`);
  const most = firstMs * (1 + REDIAL.jitter) + LATENESS_MS;
  demand(Math.max(...others) <= most, `its pauses grow: ${list}, at most ${asMilliseconds(most)} are allowed`);
  // At a large time scale, lateness hides long pauses; but not every pause in a row is late.
  for (let at = 0; at + IN_A_ROW <= others.length; at += 1) {
    const shortest = Math.min(...others.slice(at, at + IN_A_ROW));
    demand(shortest <= 2 * firstMs, `its pauses grow: ${list}, ${asMilliseconds(firstMs)} each are right`);
  }
}

/** Ends of connections and the dials after them. The first checks run while the bridge's pauses are still short. */
export const reconnectChecks: readonly Check[] = [
  {
    id: 'reconnect.goaway',
    promise: 'closes on GOAWAY and does not dial again before retryAfterMs',
    async run(bench) {
      const retryAfterMs = Math.round(bench.scaled(3000));
      const pauseMs = await bench.sendAway({ reason: 'reconnect', message: 'conformance', retryAfterMs });
      demand(
        pauseMs >= NEARLY * retryAfterMs,
        `it dialled after ${asMilliseconds(pauseMs)}, ${asMilliseconds(retryAfterMs)} were asked for`,
      );
    },
  },
  {
    id: 'reconnect.drop',
    promise: 'dials again by itself after the connection broke, not before 0.8 s',
    async run(bench) {
      await bench.session();
      bench.leave();
      const pauseMs = await bench.pauseUntilDial();
      const shortestMs = bench.scaled(REDIAL.firstMs) * (1 - REDIAL.jitter) * NEARLY;
      demand(
        pauseMs >= shortestMs,
        `it dialled after ${asMilliseconds(pauseMs)}, ${asMilliseconds(shortestMs)} are the least`,
      );
    },
  },
  {
    id: 'reconnect.reject',
    promise: 'does not dial again before the retryAfterMs of a REJECT',
    async run(bench) {
      const connection = await bench.dial();
      await bench.introduce(connection);
      const retryAfterMs = Math.round(bench.scaled(6000));
      const message = 'conformance: refused on purpose';
      bench.leave(encodeMessage({ type: 'reject', reason: 'wrong-login', message, retryAfterMs }));
      const limitMs = retryAfterMs + bench.scaled(REDIAL.maxMs) + 10 * LATENESS_MS;
      const pauseMs = await bench.pauseUntilDial(limitMs);
      demand(
        pauseMs >= NEARLY * retryAfterMs,
        `it dialled after ${asMilliseconds(pauseMs)}, ${asMilliseconds(retryAfterMs)} were asked for`,
      );
    },
  },
  {
    id: 'reconnect.backoff',
    promise: 'waits longer after each failed dial, up to 15 s',
    async run(bench) {
      const pauses: number[] = [];
      for (let dial = 0; dial < 3; dial += 1) {
        await bench.dial();
        bench.leave();
        pauses.push(await bench.pauseUntilDial());
      }
      const longestMs = bench.scaled(REDIAL.maxMs) + LATENESS_MS;
      const list = pauses.map(asMilliseconds).join(', ');
      demand(Math.max(...pauses) <= longestMs, `it waited ${list}, at most ${asMilliseconds(longestMs)} are allowed`);
      // Each pause doubles, with a fifth of jitter on both sides of each pair, up to the cap.
      const [first, , third] = pauses as [number, number, number];
      const nearCap = first >= bench.scaled(REDIAL.maxMs) * 0.4;
      demand(nearCap || third >= 1.5 * first, `its pauses do not grow: ${list}`);
    },
  },
  {
    id: 'reconnect.shutdown',
    promise: `dials within 1 s of GOAWAY shutting-down, and ${REDIAL.quickDials} times in a row without growing pauses`,
    async run(bench) {
      const goaway = { reason: 'shutting-down', message: 'conformance', retryAfterMs: 0 } as const;
      const pauses = [await bench.sendAway(goaway)];
      while (pauses.length < REDIAL.quickDials) {
        await bench.dial();
        bench.leave();
        pauses.push(await bench.pauseUntilDial());
      }
      judgeQuickDials(pauses, bench);
    },
  },
  {
    id: 'frames.oversized',
    promise: 'ends the session when a frame above maxFrameBytes is announced, on the header alone',
    async run(bench) {
      const session = await bench.session();
      const header = Buffer.concat([u32(DEFAULT_MAX_FRAME_BYTES + 1), Buffer.from('20000000', 'hex'), u32(99)]);
      session.connection.write(header);
      const left = await session.connection.isLeft(2 * session.welcome.heartbeatMs + 5000);
      demand(left, `the bridge waits for ${DEFAULT_MAX_FRAME_BYTES + 1} bytes`);
    },
  },
  {
    id: 'frames.unknown',
    promise: 'ends the session at an unknown message below 0x8000 that is no request',
    async run(bench) {
      const session = await bench.session();
      session.connection.write(encodeFrame({ number: 0x0f00, requestId: 0, more: false, payload: Buffer.alloc(3) }));
      const left = await session.connection.isLeft(2 * session.welcome.heartbeatMs + 5000);
      demand(left, 'the bridge went on after an unknown message');
    },
  },
  {
    id: 'reconnect.garbage',
    promise: 'leaves a port that does not answer as a gateway, and tries again later',
    async run(bench) {
      const connection = await bench.dial();
      connection.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), encodeGatewayPreamble(1));
      demand(await connection.isLeft(5000 + LATENESS_MS), 'the bridge stayed with something that is no gateway');
      await bench.session();
    },
  },
  {
    id: 'reconnect.superseded',
    promise: 'stays away for at least 60 s after GOAWAY superseded',
    async run(bench) {
      const leastMs = bench.scaled(REDIAL.supersededMs);
      if (leastMs > SHORT_MS && !bench.settings.slow) throw new Skipped('it takes a minute: ask for it with --slow');
      const limitMs = leastMs + bench.scaled(REDIAL.maxMs) + 10 * LATENESS_MS;
      const goaway = { reason: 'superseded', message: 'conformance', retryAfterMs: 0 } as const;
      const pauseMs = await bench.sendAway(goaway, limitMs);
      demand(
        pauseMs >= NEARLY * leastMs,
        `it dialled after ${asMilliseconds(pauseMs)}, ${asMilliseconds(leastMs)} are the least`,
      );
    },
  },
];

/** Faults that were read during the other checks. */
export const lastChecks: readonly Check[] = [
  {
    id: 'wire.clean',
    promise: 'sent nothing in any session that the protocol forbids',
    async run(bench) {
      bench.leave();
      demand(bench.faults.length === 0, bench.faults.join('; '));
    },
  },
];

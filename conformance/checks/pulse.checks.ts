import { encodeMessage } from '../../src/bridge/index.js';
import { asDecimal, asMilliseconds } from '../../src/kernel/index.js';
import type { Check } from '../check.js';
import { demand, Skipped } from '../finding.js';
import type { Session } from '../session.js';
import { LATENESS_MS } from '../settings.js';

const QUARTER_HOUR = 900;
/** A terminal's clock before this was never set, milliseconds: 1 January 2001. */
const EARLIEST_MS = Date.UTC(2001, 0);
const BEATS = 4;
/** Least time between two readings of a clock that shows whole seconds, milliseconds. */
const CLOCK_SPAN_MS = 2500;

async function heartbeats(session: Session, count: number): Promise<void> {
  const { heartbeatMs } = session.welcome;
  const enough = () => session.heartbeats.length >= count;
  await session.until(enough, count * (heartbeatMs + LATENESS_MS), `fewer than ${count} heartbeats came`);
}

/** Heartbeats of a session. */
export const pulseChecks: readonly Check[] = [
  {
    id: 'pulse.first',
    promise: 'sends a HEARTBEAT right after the WELCOME, before anything else',
    async run(bench) {
      const session = await bench.session();
      const { heartbeatMs } = session.welcome;
      await session.until(() => session.heartbeats.length > 0, heartbeatMs + LATENESS_MS, 'no HEARTBEAT came');
      demand(session.firstType === 'heartbeat', `${session.firstType} came before the first HEARTBEAT`);
    },
  },
  {
    id: 'pulse.rhythm',
    promise: 'sends a HEARTBEAT at least every heartbeatMs',
    async run(bench) {
      const session = await bench.session();
      await heartbeats(session, BEATS);
      const { heartbeatMs } = session.welcome;
      const allowedMs = heartbeatMs + LATENESS_MS;
      session.heartbeats.forEach(({ atMs }, index) => {
        const gapMs = index === 0 ? 0 : atMs - session.heartbeats[index - 1]!.atMs;
        demand(
          gapMs <= allowedMs,
          `${asMilliseconds(gapMs)} passed between two heartbeats, ${asDecimal(heartbeatMs)} are allowed`,
        );
      });
    },
  },
  {
    id: 'pulse.content',
    promise: 'fills its heartbeats plausibly: time, offset, last tick, the account of the HELLO',
    async run(bench) {
      const session = await bench.session();
      await heartbeats(session, 1);
      for (const { message } of session.heartbeats) {
        const { serverTimeMs, lastTickMs, utcOffsetSeconds, login, queueDepth } = message;
        demand(serverTimeMs > EARLIEST_MS, `serverTimeMs ${asDecimal(serverTimeMs)} is not a time in milliseconds`);
        demand(
          utcOffsetSeconds % QUARTER_HOUR === 0,
          `utcOffsetSeconds ${asDecimal(utcOffsetSeconds)} is not a number of quarters of an hour`,
        );
        demand(
          lastTickMs === 0 || (lastTickMs > EARLIEST_MS && lastTickMs <= serverTimeMs + 120_000),
          `lastTickMs ${asDecimal(lastTickMs)} is not a time in milliseconds up to serverTimeMs ${asDecimal(serverTimeMs)}`,
        );
        demand(login === session.hello.login, `login ${login} in a heartbeat, ${session.hello.login} in the HELLO`);
        demand(queueDepth < 10_000, `queueDepth ${queueDepth}`);
      }
    },
  },
  {
    id: 'pulse.clock',
    promise: 'its server time goes on by clockRate server seconds per real second',
    async run(bench) {
      const session = await bench.session();
      await heartbeats(session, 1);
      const spanMs = () => session.heartbeats.at(-1)!.atMs - session.heartbeats[0]!.atMs;
      const limitMs = 2 * (CLOCK_SPAN_MS + session.welcome.heartbeatMs);
      await session.until(() => spanMs() >= CLOCK_SPAN_MS, limitMs, 'not enough heartbeats came');
      const [first, last] = [session.heartbeats[0]!, session.heartbeats.at(-1)!];
      const realMs = last.atMs - first.atMs;
      const serverMs = last.message.serverTimeMs - first.message.serverTimeMs;
      const { clockRate } = last.message;
      if (clockRate !== first.message.clockRate) throw new Skipped('the clock rate was changed meanwhile');
      // Times of bars are whole seconds, and so may the clock of a terminal be.
      const slackMs = clockRate === 0 ? 0 : 1000 + clockRate * LATENESS_MS;
      demand(
        Math.abs(serverMs - clockRate * realMs) <= slackMs,
        `server time went on by ${asMilliseconds(serverMs)} in ${asMilliseconds(realMs)}; clockRate is ${clockRate}`,
      );
    },
  },
];

/** Ends a session, so it comes late. */
export const silenceChecks: readonly Check[] = [
  {
    id: 'pulse.silence',
    promise: 'leaves a gateway that is silent for three heartbeat intervals, not before two and a half',
    async run(bench) {
      const session = await bench.session();
      const { heartbeatMs } = session.welcome;
      session.fallSilent();
      // Taken before the last heartbeat: the time in which this process waits for its turn belongs to the silence.
      const from = bench.clock.monotonicMs();
      session.connection.write(encodeMessage({ type: 'gateway-heartbeat', gatewayTimeMs: bench.clock.nowMs() }));
      // The bridge may look at its watch once per interval only.
      const left = await session.connection.isLeft(4.5 * heartbeatMs + 2 * LATENESS_MS);
      const tookMs = bench.clock.monotonicMs() - from;
      demand(
        left,
        `the bridge stayed with a gateway that was silent for ${asMilliseconds(tookMs)} (interval ${asMilliseconds(heartbeatMs)})`,
      );
      demand(tookMs >= 2.5 * heartbeatMs, `the bridge left after only ${asMilliseconds(tookMs)} of silence`);
    },
  },
];

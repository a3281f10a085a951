import { delay } from '../../src/kernel/index.js';
import type { BarPush } from '../../src/bridge/index.js';
import { barClose } from '../../src/market/index.js';
import type { Bench } from '../bench.js';
import type { Check } from '../check.js';
import { demand, Skipped } from '../finding.js';
import type { Session } from '../session.js';
import { answerOf, askPatiently, demandRefusal, symbolUnderTest } from './asking.js';
import { demandBars, demandNotAhead, samePrices, serverSeconds } from './bars.js';

/** The series whose bars end soonest. */
const TIMEFRAME = 'M1';
/** Time in which several pushes would come, milliseconds. */
const SILENCE_MS = 1500;
const QUIET = 'the market is quiet (closed, or a still clock): run the suite while it quotes';

interface Stream {
  readonly session: Session;
  readonly symbol: string;
  /** Pushes of the series since the subscription. */
  readonly pushes: () => BarPush[];
  /** Sequence number of SUBSCRIBED. */
  readonly sequence: number;
}

/** Subscribes in a session that may push. */
async function subscribe(bench: Bench): Promise<Stream> {
  const session = await bench.session();
  if (!session.hello.capabilities.push) throw new Skipped('the bridge says that it does not push bars');
  const { name: symbol } = await symbolUnderTest(bench, session);
  const series = { symbol, timeframe: TIMEFRAME };
  answerOf('unsubscribe', 'ok', await session.request({ type: 'unsubscribe', ...series }));
  const from = session.bars.length;
  const answer = await askPatiently(bench, session, { type: 'subscribe', ...series });
  const { sequence } = answerOf('subscribe', 'subscribed', answer);
  const pushes = () =>
    session.bars
      .slice(from)
      .map(({ message }) => message)
      .filter((push) => push.symbol === symbol && push.timeframe === TIMEFRAME);
  return { session, symbol, pushes, sequence };
}

/** Waits for pushes. @throws Skipped if the market does not move. */
async function pushed(bench: Bench, { session, pushes }: Stream, isSo: (all: BarPush[]) => boolean): Promise<void> {
  const clock = session.heartbeats.at(-1)?.message;
  if (clock?.clockRate === 0 || clock?.brokerConnected === false) throw new Skipped(QUIET);
  const limitMs = bench.settings.marketWaitMs;
  const { news } = session.connection;
  const hasCome = await news.until(() => isSo(pushes()) || !session.isAlive, limitMs);
  demand(session.isAlive, session.problem ?? 'the bridge closed the connection');
  if (hasCome) return;
  // Without a tick there is nothing to push; with one, a silent bridge has failed.
  const lastTickMs = session.heartbeats.at(-1)?.message.lastTickMs ?? 0;
  demand(lastTickMs <= (clock?.lastTickMs ?? 0), 'ticks came, but the bars that were waited for were not pushed');
  throw new Skipped(QUIET);
}

function demandSequence({ pushes, sequence }: Stream): void {
  pushes().forEach((push, index) => {
    const wanted = sequence + 1 + index;
    demand(push.sequence === wanted, `push ${index + 1} has the sequence number ${push.sequence}, not ${wanted}`);
  });
}

/** Live bars. */
export const pushChecks: readonly Check[] = [
  {
    id: 'push.forming',
    promise: 'pushes the forming bar of a subscribed series when it changes',
    async run(bench) {
      const stream = await subscribe(bench);
      await pushed(bench, stream, (all) => all.some(({ forming }) => forming !== undefined));
      for (const { forming, closed } of stream.pushes()) {
        demandBars([...closed, ...(forming === undefined ? [] : [forming])], TIMEFRAME);
        if (forming !== undefined) demandNotAhead(forming, stream.session, bench.clock.monotonicMs());
      }
    },
  },
  {
    id: 'push.sequence',
    promise: 'numbers the pushes of a series one by one, from the number of SUBSCRIBED on',
    async run(bench) {
      const stream = await subscribe(bench);
      await pushed(bench, stream, (all) => all.length >= 3);
      demandSequence(stream);
      const before = stream.sequence + stream.pushes().length;
      const again = await stream.session.request({ type: 'subscribe', symbol: stream.symbol, timeframe: TIMEFRAME });
      const { sequence } = answerOf('subscribe', 'subscribed', again);
      // Pushes may come while the answer is under way, before and behind it.
      const after = stream.sequence + stream.pushes().length;
      demand(
        before <= sequence && sequence <= after,
        `subscribing again told the sequence number ${sequence} after push ${after}`,
      );
      await pushed(bench, stream, (all) => stream.sequence + all.length > after);
      demandSequence(stream);
    },
  },
  {
    id: 'push.pace',
    promise: 'pushes a series at most about every 250 ms unless a bar opens',
    async run(bench) {
      const stream = await subscribe(bench);
      await pushed(bench, stream, (all) => all.length >= 1);
      const from = stream.pushes().length;
      const startedMs = bench.clock.monotonicMs();
      await delay(bench.clock, 1000);
      // Longer than asked for where the suite itself was held up.
      const seconds = (bench.clock.monotonicMs() - startedMs) / 1000;
      const unforced = stream
        .pushes()
        .slice(from)
        .filter(({ closed }) => closed.length === 0);
      const limit = Math.max(8, 2 * bench.settings.timeScale) * Math.max(1, seconds);
      const within = `${unforced.length} pushes of the same bar came within ${seconds.toFixed(1)} seconds`;
      demand(unforced.length <= limit, within);
    },
  },
  {
    id: 'push.closed',
    promise: 'pushes a bar as closed, once, when the next one opens, as it stands in the history',
    async run(bench) {
      const stream = await subscribe(bench);
      const { session, symbol } = stream;
      refuseLongWait(bench, session);
      await pushed(bench, stream, (all) => all.filter(({ closed }) => closed.length > 0).length >= 2);
      demandSequence(stream);
      const closed = stream.pushes().flatMap((push) => push.closed);
      demandBars(closed, TIMEFRAME);
      for (const push of stream.pushes()) {
        const last = push.closed.at(-1);
        if (last === undefined || push.forming === undefined) continue;
        demand(last.time < push.forming.time, `the bar of ${last.time} is pushed as closed and as forming`);
      }
      const [first, last] = [closed[0]!, closed.at(-1)!];
      const range = { symbol, timeframe: TIMEFRAME, from: first.time, to: barClose(TIMEFRAME, last.time) };
      const answer = await askPatiently(bench, session, { type: 'rates-by-range', ...range });
      const { rates } = answerOf('rates-by-range', 'rates', answer);
      demand(
        rates.length === closed.length,
        `${closed.length} closed bars were pushed, the history has ${rates.length}`,
      );
      closed.forEach((bar, index) => {
        demand(samePrices(bar, rates[index]), `the closed bar of ${bar.time} stands otherwise in the history`);
      });
    },
  },
  {
    id: 'push.unsubscribe',
    promise: 'pushes nothing after UNSUBSCRIBE is answered; answers it also without a subscription',
    async run(bench) {
      const { session, symbol, pushes } = await subscribe(bench);
      const series = { symbol, timeframe: TIMEFRAME };
      answerOf('unsubscribe', 'ok', await session.request({ type: 'unsubscribe', ...series }));
      const before = pushes().length;
      answerOf('unsubscribe', 'ok', await session.request({ type: 'unsubscribe', ...series }));
      await delay(bench.clock, SILENCE_MS);
      const after = pushes().length - before;
      demand(after === 0, `${after} pushes came after UNSUBSCRIBE was answered`);
    },
  },
  {
    id: 'push.reconnect',
    promise: 'pushes nothing in a new session that has subscribed to nothing',
    async run(bench) {
      // That pushes come shows that the market moves: the silence afterwards is the bridge's own.
      const stream = await subscribe(bench);
      await pushed(bench, stream, (all) => all.length >= 1);
      bench.leave();
      const session = await bench.session();
      await delay(bench.clock, SILENCE_MS);
      const { length } = session.bars;
      demand(length === 0, `${length} pushes came in a session that has not subscribed`);
    },
  },
  {
    id: 'push.refused',
    promise: 'refuses to subscribe to an unknown symbol or timeframe, with the right code',
    async run(bench) {
      const session = await bench.session();
      const { name } = await symbolUnderTest(bench, session);
      const codes = session.hello.capabilities.push ? [] : (['not-supported'] as const);
      const ghost = await session.request({ type: 'subscribe', symbol: 'NO-SUCH-SYMBOL.x', timeframe: 'H1' });
      demandRefusal('subscribing to an unknown symbol', ghost, 'unknown-symbol', ...codes);
      const odd = await session.request({ type: 'subscribe', symbol: name, timeframe: 'M7' });
      demandRefusal('subscribing to the timeframe M7', odd, 'unknown-timeframe', ...codes);
    },
  },
];

/** Two bars must close; a slow clock would make the suite wait forever. */
function refuseLongWait(bench: Bench, session: Session): void {
  const now = serverSeconds(session, bench.clock.monotonicMs()) ?? 0;
  const rate = session.heartbeats.at(-1)?.message.clockRate ?? 1;
  const needsMs = rate === 0 ? Number.POSITIVE_INFINITY : ((120 - (now % 60)) * 1000) / rate;
  if (needsMs <= bench.settings.marketWaitMs) return;
  if (rate === 0) throw new Skipped(QUIET);
  throw new Skipped(`two bars of M1 end in ${Math.ceil(needsMs / 1000)} s only: allow more with --market-wait`);
}

import { delay } from '../../src/kernel/index.js';
import { encodeFrame, type Rates } from '../../src/bridge/index.js';
import { barClose } from '../../src/market/index.js';
import type { Bench } from '../bench.js';
import type { Check } from '../check.js';
import { demand } from '../finding.js';
import type { Session } from '../session.js';
import { answerOf, askPatiently, askRates, demandRefusal, symbolUnderTest } from './asking.js';
import { demandBars, demandNotAhead, samePrices, serverSeconds } from './bars.js';

const BULK = 5000;
const BULK_MS = 10_000;
const CHUNK_ROWS = 1000;
const CHUNK_BYTES = 64 * 1024;
/** A series that no other check touches: the terminal may have to load it first. */
const FRESH_TIMEFRAME = 'H3';
const FRESH_BARS = 50;

async function askRange(bench: Bench, session: Session, from: number, to: number): Promise<Rates> {
  const { name: symbol } = await symbolUnderTest(bench, session);
  const { timeframe } = bench.settings;
  const answer = await askPatiently(bench, session, { type: 'rates-by-range', symbol, timeframe, from, to });
  return answerOf('rates-by-range', 'rates', answer);
}

/** Enough closed bars. */
async function history(bench: Bench, session: Session): Promise<Rates['rates']> {
  const { rates } = await askRates(bench, session, { count: 200 });
  demand(rates.rates.length >= 20, `only ${rates.rates.length} bars of ${bench.settings.timeframe} came`);
  return rates.rates;
}

function demandSame(got: Rates['rates'], wanted: Rates['rates'], what: string): void {
  demand(got.length === wanted.length, `${what}: ${got.length} bars came, ${wanted.length} are right`);
  wanted.forEach((rate, index) => {
    demand(samePrices(rate, got[index]), `${what}: the bar of ${rate.time} is another one than by count`);
  });
}

/** Requests for bars. */
export const ratesChecks: readonly Check[] = [
  {
    id: 'rates.first-call',
    promise: 'answers the first call for a series with all its bars or with history-loading, never with a part',
    async run(bench) {
      const session = await bench.session();
      const { name: symbol } = await symbolUnderTest(bench, session);
      const series = { symbol, timeframe: FRESH_TIMEFRAME };
      const request = { type: 'rates-by-count', ...series, start: 0, count: FRESH_BARS } as const;
      const first = await session.request(request);
      await delay(bench.clock, 300);
      const later = answerOf('rates-by-count', 'rates', await askPatiently(bench, session, request));
      if (first.message.type !== 'rates') return demandRefusal('a first call', first, 'history-loading', 'busy');
      const { length } = first.message.rates;
      demand(length > 0, 'the first call was answered with no bars instead of with history-loading');
      demand(
        length >= Math.min(FRESH_BARS, later.rates.length),
        `the first call was answered with ${length} bars, a later one with ${later.rates.length}: it still loaded`,
      );
    },
  },
  {
    id: 'rates.by-count',
    promise: 'answers by count: ascending, unique, on the grid, plausible, the newest bars up to now',
    async run(bench) {
      const session = await bench.session();
      const { rates } = await askRates(bench, session, { count: 300 });
      const newest = rates.rates.at(-1);
      demand(newest !== undefined, 'no bars came');
      demandBars(rates.rates, bench.settings.timeframe);
      demandNotAhead(newest, session, bench.clock.monotonicMs());
      demand(
        rates.rates.length === 300 || rates.reachesStart,
        `${rates.rates.length} of 300 bars came, but reachesStart is not set`,
      );
    },
  },
  {
    id: 'rates.start',
    promise: 'skips the newest `start` bars',
    async run(bench) {
      const session = await bench.session();
      // A bar may open between the two requests; then they are repeated once.
      for (let attempt = 1; ; attempt += 1) {
        const whole = (await askRates(bench, session, { count: 20 })).rates.rates;
        const { rates } = await askRates(bench, session, { count: 10, start: 5 });
        demand(!rates.lastForming, 'lastForming is set although the forming bar was skipped');
        demand(rates.rates.length > 0, 'no bars came');
        const hasMoved = rates.rates.at(-1)?.time !== whole.at(-6)?.time;
        if (hasMoved && attempt < 3) continue;
        return demandSame(rates.rates, whole.slice(-15, -5), 'start 5, count 10');
      }
    },
  },
  {
    id: 'rates.forming',
    promise: 'marks the last bar as forming while the server time is inside it',
    async run(bench) {
      const session = await bench.session();
      await session.until(() => session.heartbeats.length > 0, 2 * session.welcome.heartbeatMs, 'no HEARTBEAT came');
      const { timeframe } = bench.settings;
      const { rates } = await askRates(bench, session, { count: 2 });
      const newest = rates.rates.at(-1);
      demand(newest !== undefined, 'no bars came');
      const now = serverSeconds(session, bench.clock.monotonicMs())!;
      const margin = 10 + 2 * session.heartbeats.at(-1)!.message.clockRate;
      if (now > newest.time + margin && now < barClose(timeframe, newest.time) - margin) {
        demand(rates.lastForming, `the bar of ${newest.time} is not over at ${Math.floor(now)}, but not marked`);
      }
    },
  },
  {
    id: 'rates.beyond',
    promise: 'answers a start beyond all history by a typed error or by no bars with reachesStart',
    async run(bench) {
      const session = await bench.session();
      const { name: symbol } = await symbolUnderTest(bench, session);
      const request = { symbol, timeframe: bench.settings.timeframe, start: 90_000_000, count: 10 };
      const answer = await askPatiently(bench, session, { type: 'rates-by-count', ...request });
      const { message } = answer;
      if (message.type !== 'rates') return demandRefusal('a start beyond all history', answer, 'no-data');
      demand(message.rates.length === 0, `${message.rates.length} bars came for a start beyond all history`);
      demand(message.reachesStart, 'no bars came, but reachesStart is not set');
    },
  },
  {
    id: 'rates.range',
    promise: 'answers by range with the bars that open in [from, to), the end not included',
    async run(bench) {
      const session = await bench.session();
      const bars = await history(bench, session);
      const wanted = bars.slice(5, 15);
      const rates = await askRange(bench, session, bars[5]!.time, bars[15]!.time);
      demandSame(rates.rates, wanted, 'the range from bar 5 to bar 15');
      demand(!rates.lastForming, 'lastForming is set in a range of closed bars');
      const inside = await askRange(bench, session, bars[5]!.time + 1, bars[15]!.time + 1);
      demandSame(inside.rates, bars.slice(6, 16), 'the same range one second later');
    },
  },
  {
    id: 'rates.empty-range',
    promise: 'answers a range without bars with no rows, not with an error',
    async run(bench) {
      const session = await bench.session();
      const bars = await history(bench, session);
      const { time } = bars[10]!;
      const ranges = [
        [time + 1, time + 2],
        [time, time],
        [time, bars[5]!.time],
        [bars.at(-1)!.time + 30 * 86_400, bars.at(-1)!.time + 40 * 86_400],
      ] as const;
      for (const [from, to] of ranges) {
        const { rates } = await askRange(bench, session, from, to);
        demand(rates.length === 0, `[${from}, ${to}) has no bars, ${rates.length} came`);
      }
    },
  },
  {
    id: 'rates.bulk',
    promise: 'answers 5000 bars in chunks of at most 1000 bars and 64 KiB, the flags in the last one',
    async run(bench) {
      const session = await bench.session();
      const { rates, answer } = await askRates(bench, session, { count: BULK });
      demandBars(rates.rates, bench.settings.timeframe);
      const { length } = rates.rates;
      demand(length === BULK || rates.reachesStart, `${length} of ${BULK} bars came, but reachesStart is not set`);
      demand(answer.tookMs <= BULK_MS, `${BULK} bars took ${Math.round(answer.tookMs)} ms`);
      const fewest = Math.ceil(length / CHUNK_ROWS);
      demand(answer.chunks.length >= fewest, `${length} bars came in ${answer.chunks.length} chunks`);
      for (const { payloadBytes, message } of answer.chunks.slice(0, -1)) {
        demand(payloadBytes <= CHUNK_BYTES, `a chunk has ${payloadBytes} bytes, more than ${CHUNK_BYTES}`);
        const flagged = message.type === 'rates' && (message.lastForming || message.reachesStart);
        demand(!flagged, 'a chunk that others follow has flags');
      }
    },
  },
  {
    id: 'rates.count-bounds',
    promise: 'refuses a count of 0 and above 100000 with malformed-request or bad-parameters, and lives',
    async run(bench) {
      const session = await bench.session();
      const { name } = await symbolUnderTest(bench, session);
      for (const count of [0, 100_001, 0xffff_ffff]) {
        const { id, answer } = session.expect('rates-by-count');
        const payload = Buffer.concat([nameBytes(name), nameBytes('H1'), u32(0), u32(count)]);
        session.connection.write(encodeFrame({ number: 0x0020, requestId: id, more: false, payload }));
        demandRefusal(`a count of ${count}`, await answer, 'malformed-request', 'bad-parameters');
      }
    },
  },
];

/** A `name` of the protocol. */
export function nameBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A `u32` of the protocol. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

import { delay } from '../../src/kernel/index.js';
import { encodeFrame, encodeMessage, messageTypeOf } from '../../src/bridge/index.js';
import type { Check } from '../check.js';
import { demand, Skipped } from '../finding.js';
import type { Session } from '../session.js';
import { answerOf, askPatiently, demandRefusal, symbolUnderTest } from './asking.js';
import { nameBytes } from './rates.checks.js';

const UNKNOWN_REQUEST = 0x7ff0;
const EXTENSION = 0x8001;

async function demandAlive(session: Session): Promise<void> {
  answerOf('account', 'account-info', await session.request({ type: 'account' }));
}

/** Many, unknown and broken requests. */
export const requestChecks: readonly Check[] = [
  {
    id: 'requests.concurrent',
    promise: 'answers many concurrent requests, each once and by its id',
    async run(bench) {
      const session = await bench.session();
      const { name: symbol } = await symbolUnderTest(bench, session);
      const { timeframe } = bench.settings;
      await askPatiently(bench, session, { type: 'rates-by-count', symbol, timeframe, start: 0, count: 100 });
      const counts = [1, 2, 3, 5, 8, 13, 21, 34];
      const accounts = counts.map(() => session.request({ type: 'account' }));
      const answers = await Promise.all(
        counts.map((count) => session.request({ type: 'rates-by-count', symbol, timeframe, start: 0, count })),
      );
      for (const answer of await Promise.all(accounts)) answerOf('account', 'account-info', answer);
      counts.forEach((count, index) => {
        const { rates } = answerOf('rates-by-count', 'rates', answers[index]!);
        demand(rates.length === count, `a request for ${count} bars was answered with ${rates.length}`);
      });
      await delay(bench.clock, 100);
      demand(session.problem === undefined, session.problem ?? '');
    },
  },
  {
    id: 'requests.unknown',
    promise: 'refuses a request number that it does not know with unknown-request, and lives',
    async run(bench) {
      const session = await bench.session();
      const { id, answer } = session.expect('an unknown request');
      const frame = { number: UNKNOWN_REQUEST, requestId: id, more: false, payload: Buffer.alloc(5, 0x55) };
      session.connection.write(encodeFrame(frame));
      demandRefusal('an unknown request', await answer, 'unknown-request');
      await demandAlive(session);
    },
  },
  {
    id: 'requests.malformed',
    promise: 'refuses requests that it cannot read with malformed-request, and lives',
    async run(bench) {
      const session = await bench.session();
      const series = Buffer.concat([nameBytes('EURUSD'), nameBytes('H1')]);
      const notUtf8 = Buffer.concat([Buffer.from([2, 0, 0xc3, 0x28]), nameBytes('H1')]);
      const broken: readonly [what: string, number: number, payload: Buffer][] = [
        ['a request cut short', 0x0020, series],
        ['a request with a byte too many', 0x0026, Buffer.concat([series, Buffer.alloc(1)])],
        ['a name longer than its frame', 0x0025, Buffer.from([0x70, 0, 0x41])],
        ['a name that is not UTF-8', 0x0026, notUtf8],
        ['a negative time', 0x0021, Buffer.concat([series, Buffer.alloc(16, 0xff)])],
      ];
      for (const [what, number, payload] of broken) {
        const { id, answer } = session.expect(what);
        session.connection.write(encodeFrame({ number, requestId: id, more: false, payload }));
        demandRefusal(`${what} (${messageTypeOf(number)})`, await answer, 'malformed-request');
      }
      await demandAlive(session);
    },
  },
  {
    id: 'requests.extension',
    promise: 'ignores messages from 0x8000 on that it does not know',
    async run(bench) {
      const session = await bench.session();
      const frame = { number: EXTENSION, requestId: 0, more: false, payload: Buffer.alloc(9, 1) };
      session.connection.write(encodeFrame(frame));
      await demandAlive(session);
    },
  },
  {
    id: 'requests.restart',
    promise: 'refuses RESTART with not-supported when its HELLO does not offer it; else answers OK before it goes',
    async run(bench) {
      const session = await bench.session();
      const { restart } = session.hello.capabilities;
      if (!restart) {
        return demandRefusal('RESTART', await session.request({ type: 'restart' }), 'not-supported');
      }
      if (!bench.settings.allowRestart) throw new Skipped('the terminal would restart: allow it with --restart');
      answerOf('restart', 'ok', await session.request({ type: 'restart' }));
      await bench.pauseUntilDial(120_000);
    },
  },
  {
    id: 'frames.byte-by-byte',
    promise: 'understands a request that arrives byte by byte',
    async run(bench) {
      const session = await bench.session();
      const { id, answer } = session.expect('account');
      const bytes = [...encodeMessage({ type: 'account' }, { requestId: id })];
      await session.writeSlowly(
        bytes.map((byte) => Buffer.from([byte])),
        () => delay(bench.clock, 2),
      );
      answerOf('account', 'account-info', await answer);
    },
  },
  {
    id: 'frames.half',
    promise: 'waits for the rest of a frame, and keeps its pulse meanwhile',
    async run(bench) {
      const session = await bench.session();
      const { name: symbol } = await symbolUnderTest(bench, session);
      const { id, answer } = session.expect('symbol');
      const bytes = encodeMessage({ type: 'symbol', symbol }, { requestId: id });
      const before = session.heartbeats.length;
      const limitMs = 2 * session.welcome.heartbeatMs;
      const hasBeaten = () => session.heartbeats.length > before;
      await session.writeSlowly([bytes.subarray(0, 15), bytes.subarray(15)], () =>
        session.until(hasBeaten, limitMs, 'half a frame had arrived, and no HEARTBEAT came'),
      );
      answerOf('symbol', 'symbol-info', await answer);
    },
  },
];

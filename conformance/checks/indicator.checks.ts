import { type Buffers, encodeFrame } from '../../src/bridge/index.js';
import type { Bench } from '../bench.js';
import type { Check } from '../check.js';
import { demand, Skipped } from '../finding.js';
import type { Answer, Session } from '../session.js';
import { answerOf, askPatiently, demandRefusal, symbolUnderTest } from './asking.js';
import { nameBytes, u32 } from './rates.checks.js';

const COUNT = 300;
const TOO_MANY_PARAMETERS = 65;

interface Question {
  readonly indicator: string;
  readonly buffers: readonly number[];
}

async function ask(bench: Bench, session: Session, { indicator, buffers }: Question): Promise<Answer> {
  const { name: symbol } = await symbolUnderTest(bench, session);
  const { timeframe } = bench.settings;
  const request = { symbol, timeframe, indicator, buffers, parameters: [], count: COUNT };
  return askPatiently(bench, session, { type: 'indicator-buffers', ...request });
}

async function capableSession(bench: Bench): Promise<Session> {
  const session = await bench.session();
  if (!session.hello.capabilities.indicators) throw new Skipped('the bridge says that it reads no indicator buffers');
  return session;
}

function indicatorOf(bench: Bench): Question {
  const { indicator } = bench.settings;
  if (indicator === undefined) throw new Skipped('no indicator was named: use --indicator and --buffers');
  return { indicator: indicator.name, buffers: indicator.buffers };
}

function demandRows({ times, columns }: Buffers, buffers: readonly number[]): void {
  demand(times.length > 0 && times.length <= COUNT, `${times.length} rows came, ${COUNT} were asked for`);
  for (let row = 1; row < times.length; row += 1) {
    demand(times[row]! > times[row - 1]!, `row ${row}: its time does not ascend`);
  }
  const got = columns.map(({ buffer }) => buffer).join(', ');
  demand(got === buffers.join(', '), `buffers ${got} came, ${buffers.join(', ')} were asked for`);
}

/** Buffers of custom indicators. */
export const indicatorChecks: readonly Check[] = [
  {
    id: 'indicator.capability',
    promise: 'refuses indicator buffers with not-supported when its HELLO says that it reads none',
    async run(bench) {
      const session = await bench.session();
      if (session.hello.capabilities.indicators) throw new Skipped('the bridge says that it reads indicator buffers');
      const answer = await ask(bench, session, { indicator: 'Any', buffers: [0] });
      demandRefusal('indicator buffers', answer, 'not-supported');
    },
  },
  {
    id: 'indicator.buffers',
    promise: 'answers the buffers that were asked for, in their order, over the newest bars',
    async run(bench) {
      const session = await capableSession(bench);
      const question = indicatorOf(bench);
      const answer = await ask(bench, session, question);
      const buffers = answerOf('indicator-buffers', 'buffers', answer);
      demandRows(buffers, question.buffers);
      const reversed = { ...question, buffers: [...question.buffers].reverse() };
      const back = answerOf('indicator-buffers', 'buffers', await ask(bench, session, reversed));
      demandRows(back, reversed.buffers);
    },
  },
  {
    id: 'indicator.unknown',
    promise: 'refuses an unknown indicator with unknown-indicator',
    async run(bench) {
      const session = await capableSession(bench);
      const answer = await ask(bench, session, { indicator: 'No Such Indicator', buffers: [0] });
      demandRefusal('an unknown indicator', answer, 'unknown-indicator');
    },
  },
  {
    id: 'indicator.unknown-buffer',
    promise: 'refuses a buffer that the indicator does not have with unknown-buffer',
    async run(bench) {
      const session = await capableSession(bench);
      const { indicator } = indicatorOf(bench);
      demandRefusal('buffer 511', await ask(bench, session, { indicator, buffers: [511] }), 'unknown-buffer');
    },
  },
  {
    id: 'indicator.parameters',
    promise: 'refuses 65 parameters with malformed-request or bad-parameters, and lives',
    async run(bench) {
      const session = await bench.session();
      const { name } = await symbolUnderTest(bench, session);
      const { id, answer } = session.expect('indicator-buffers');
      const parameters = Array.from({ length: TOO_MANY_PARAMETERS }, () => [1, 7, 0, 0, 0]).flat();
      const head = [nameBytes(name), nameBytes('H1'), nameBytes('Any'), u32(10), Buffer.from([1, 0, 0])];
      const payload = Buffer.concat([...head, Buffer.from([TOO_MANY_PARAMETERS, ...parameters])]);
      session.connection.write(encodeFrame({ number: 0x0022, requestId: id, more: false, payload }));
      const codes = ['malformed-request', 'bad-parameters', 'not-supported'] as const;
      demandRefusal('65 parameters', await answer, ...codes);
      answerOf('account', 'account-info', await session.request({ type: 'account' }));
    },
  },
];

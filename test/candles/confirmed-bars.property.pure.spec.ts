import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { Candle } from '../../src/market/index.js';
import { startSeriesWorld, type SeriesWorld } from './support/series-world.js';

type Command =
  | { kind: 'trade'; seconds: number; loss: boolean }
  | { kind: 'silence'; seconds: number }
  | { kind: 'number'; to: 'zero' | 'repeat' | 'back' | 'wrap' }
  | { kind: 'refuse'; times: number }
  | { kind: 'reconnect' };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('trade' as const),
      seconds: fc.integer({ min: 1, max: 90 }),
      loss: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('silence' as const), seconds: fc.integer({ min: 1, max: 80 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('number' as const),
      to: fc.constantFrom('zero', 'repeat', 'back', 'wrap'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reconnect' as const }) },
);

/** What the terminal has of the bar that opens at `time`. */
const truthOf = ({ truth }: SeriesWorld, time: number): Candle | undefined =>
  [...truth.closed.slice(-100), truth.forming!].find((bar) => bar.time === time);

/** Bars that are served as confirmed, and all rows of the database, are the terminal's. */
function check(world: SeriesWorld): void {
  const { closed, unconfirmed } = world.snapshot();
  const rows = world.store.rowsOf('Broker-Live', 'M1');
  for (const bars of [closed, rows]) {
    for (const bar of bars.slice(-3).toArray()) {
      if (bars === closed && bar.time === unconfirmed) continue;
      expect(bar).toEqual(truthOf(world, bar.time));
    }
  }
  expect(rows.lastTime ?? 0).toBeLessThan(unconfirmed ?? Infinity);
}

async function pass(world: SeriesWorld, seconds: number, each: (second: number) => void): Promise<void> {
  for (let second = 1; second <= seconds; second++) {
    await world.pass(1);
    each(second);
    check(world);
  }
}

async function run(world: SeriesWorld, command: Command): Promise<void> {
  const { pool, truth } = world;
  if (command.kind === 'trade')
    await pass(world, command.seconds, (second) => world.trade({ lost: command.loss && second % 3 !== 0 }));
  if (command.kind === 'silence') await pass(world, command.seconds, () => undefined);
  if (command.kind === 'number') {
    const last = pool.numberOf(truth);
    pool.renumber(truth, { zero: 0, repeat: last - 1, back: last - 40, wrap: 0xffff_fffe }[command.to]);
  }
  if (command.kind === 'refuse') pool.refusals.set('rates-by-count', command.times);
  if (command.kind === 'reconnect') await world.connect();
}

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

describe('a series whose pushes are lost and misnumbered', () => {
  it('serves as confirmed, and stores, only what the terminal has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 2, maxLength: 10 }), async (commands) => {
        const world = await startSeriesWorld();
        await world.connect();
        for (const command of commands) await run(world, command);
        world.pool.refusals.clear();
        await pass(world, 75, () => world.trade());
        expect(world.snapshot()).toMatchObject({ stale: false, forming: world.truth.forming, unconfirmed: undefined });
        await world.close();
      }),
      { numRuns: 25 },
    );
  });
});

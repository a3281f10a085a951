import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { startSeriesWorld, type SeriesWorld } from './support/series-world.js';

const lines: string[] = [];
const keep = (message: unknown): void => void lines.push(String(message));
const logger: LoggerService = { log: keep, warn: keep, error: keep, debug: () => undefined };

beforeAll(() => Logger.overrideLogger(logger));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

const open: SeriesWorld[] = [];

afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
  lines.splice(0);
});

async function start(): Promise<SeriesWorld> {
  const world = await startSeriesWorld();
  open.push(world);
  await world.connect();
  return world;
}

/** The market trades once a second, with a push for each change. */
async function trade(world: SeriesWorld, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await world.pass(1);
    world.trade();
  }
}

const FAULTS = {
  'a number that comes twice': { number: (last: number) => last - 1, outcome: 'repeated' },
  'a counter that begins again': { number: () => 0, outcome: 'backwards' },
  'a counter that jumps far back': { number: (last: number) => last - 90, outcome: 'backwards' },
  'a counter that jumps ahead': { number: (last: number) => last + 1000, outcome: 'lost' },
} as const;

describe('a series whose push numbers go wrong', () => {
  it.each(Object.entries(FAULTS))('hears the terminal after %s', async (_, { number, outcome }) => {
    const world = await start();
    await trade(world, 10);
    world.pool.renumber(world.truth, number(world.pool.numberOf(world.truth)));
    await trade(world, 130);
    expect(world.snapshot()).toMatchObject({ stale: false, forming: world.truth.forming });
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
    await world.pass(1);
    const rows = world.store.rowsOf('Broker-Live', 'M1');
    expect(rows.slice(rows.length - 60).toArray()).toEqual(world.truth.closed.slice(-60));
    const metrics = await world.registry.metrics();
    expect(metrics).toContain(`mt5gw_series_pushes_total{outcome="${outcome}"} 1\n`);
    expect(metrics).toContain('mt5gw_series_backfills_total{outcome="repaired"} 1\n');
    expect(lines.filter((line) => line.includes('repaired'))).toHaveLength(1);
  });

  it('goes on over the wrap at 2^32 without a backfill', async () => {
    const world = await start();
    world.pool.renumber(world.truth, 0xffff_fffb);
    await trade(world, 5);
    const asked = world.pool.requests.length;
    await trade(world, 30);
    expect(world.pool.numberOf(world.truth)).toBeLessThan(100);
    expect(world.pool.requests.length).toBe(asked);
    expect(world.snapshot().forming).toEqual(world.truth.forming);
  });

  it('asks for no second backfill because of pushes that came while a first one could not be had', async () => {
    const world = await start();
    await trade(world, 5);
    world.pool.refusals.set('rates-by-count', 3);
    world.pool.push(world.truth, [], { lost: true });
    await trade(world, 70);
    expect(world.events.filter((event) => event.includes('lost'))).toHaveLength(1);
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
  });

  it('is served as stale while a damped backfill keeps it from following, and costs few requests and lines', async () => {
    const world = await start();
    const asked = world.pool.requests.length;
    for (let i = 0; i < 48; i++) {
      world.pool.renumber(world.truth, 7);
      world.trade();
      await world.passMs(250);
    }
    expect(world.pool.requests.length - asked).toBeLessThanOrEqual(5);
    expect(lines.filter((line) => line.includes('repaired'))).toHaveLength(1);
    expect(world.snapshot().stale).toBe(true);
    await trade(world, 20);
    expect(world.snapshot()).toMatchObject({ stale: false, forming: world.truth.forming });
  });

  it('lets the newest pushed bar of a terminal be known only when a push was applied', async () => {
    const world = await start();
    world.trade();
    const applied = world.pool.lastApplied;
    expect(applied).toBe(world.truth.forming!.time);
    await world.pass(45);
    world.pool.renumber(world.truth, 5);
    world.trade();
    expect(world.truth.forming!.time).toBeGreaterThan(applied!);
    expect(world.pool.lastApplied).toBe(applied);
  });

  it('counts pushes of series that the gateway does not keep', async () => {
    const world = await start();
    world.pool.pushOther('M7');
    expect(await world.registry.metrics()).toContain('mt5gw_series_pushes_total{outcome="not-served"} 1\n');
    expect(lines.filter((line) => line.includes('EURUSD M7 was left out'))).toHaveLength(1);
  });
});

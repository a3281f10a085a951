import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { startSeriesWorld, SYMBOL, type SeriesWorld } from './support/series-world.js';

const HOUR_MS = 3_600_000;
const open: SeriesWorld[] = [];

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(): Promise<SeriesWorld> {
  const world = await startSeriesWorld({ timeframe: 'M5' });
  open.push(world);
  return world;
}

/** The market trades every 20 s; the series can be served at any moment. */
async function trade(world: SeriesWorld, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 20) {
    await world.pass(20);
    world.trade();
    expect(world.series.get(SYMBOL, 'M5').state).toBe('live');
  }
}

/** Neither in memory nor in the database a bar is missing, there twice, or other than the terminal's. */
async function hasTheTruth(world: SeriesWorld): Promise<void> {
  await world.pass(20);
  const { closed, forming, stale } = world.snapshot();
  expect({ forming, stale }).toEqual({ forming: world.truth.forming, stale: false });
  expect(closed.toArray()).toEqual(world.truth.closed.slice(-closed.length));
  const rows = world.store.rowsOf('Broker-Live', 'M5');
  expect(rows.slice(rows.lowerBound(closed.firstTime!)).toArray()).toEqual(closed.toArray());
}

describe('a series whose server time goes back by an hour', () => {
  it('is served on, as stale, through reconnects, and has every bar when the clock is right again', async () => {
    const world = await start();
    await world.connect();
    await trade(world, 600);
    const before = world.snapshot().closed.toArray();
    world.pool.setBackMs = HOUR_MS;
    await world.connect();
    await trade(world, 600);
    expect(world.snapshot().closed.toArray().slice(-before.length)).toEqual(expect.arrayContaining(before.slice(-50)));
    expect(world.snapshot().stale).toBe(true);
    await world.connect();
    await trade(world, 600);
    world.pool.setBackMs = 0;
    world.pool.heartbeat();
    await trade(world, 400);
    await hasTheTruth(world);
  });

  it('is served from the bars before server time when nothing else is known, and follows the clock', async () => {
    const world = await start();
    world.pool.setBackMs = HOUR_MS;
    await world.connect();
    await world.pass(2);
    const { closed, forming, stale, state } = world.series.get(SYMBOL, 'M5');
    expect({ stale, state }).toEqual({ stale: false, state: 'live' });
    expect(forming!.time * 1000).toBeLessThanOrEqual(world.pool.nowMs - HOUR_MS);
    expect(closed.length).toBeGreaterThan(40);
    world.pool.setBackMs = 0;
    world.pool.heartbeat();
    await trade(world, 400);
    await hasTheTruth(world);
  });

  it('asks for more bars when all of an answer lie ahead of server time', async () => {
    const world = await start();
    await world.connect();
    world.pool.drop();
    const kept = world.snapshot().closed.lastTime!;
    await world.pass(3 * 3600);
    for (let time = kept + 300; time < world.pool.now; time += 300) world.truth.tick(time);
    world.truth.tick(world.pool.now);
    world.pool.setBackMs = 2.9 * HOUR_MS;
    await world.connect();
    await world.pass(2);
    expect(world.series.get(SYMBOL, 'M5').closed.lastTime).toBe(kept + 300);
    expect(world.events).not.toContain('backfill-failed');
  });
});

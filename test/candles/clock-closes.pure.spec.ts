import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { metadataSteps } from '../../src/candles/answers/series-metadata.js';
import { runSteps } from '../../src/kernel/index.js';
import { startSeriesWorld, type SeriesWorld } from './support/series-world.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

const open: SeriesWorld[] = [];

afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

/** Stands 39 s before the end of the forming bar. */
async function start(): Promise<SeriesWorld> {
  const world = await startSeriesWorld();
  open.push(world);
  await world.connect();
  return world;
}

function metadataOf(world: SeriesWorld) {
  const { closed, forming } = world.snapshot();
  const returned = { closed, forming, first: 0, truncated: false };
  return runSteps(metadataSteps(world.snapshot(), returned, 'PRO'));
}

const lastRow = (world: SeriesWorld): number => world.store.rowsOf('Broker-Live', 'M1').lastTime!;
const newest = (world: SeriesWorld) => world.snapshot().closed.toArray().at(-1)!;
const outcomes = async (world: SeriesWorld): Promise<string[]> =>
  (await world.registry.metrics()).match(/mt5gw_series_clock_closes_total\{.*/g) ?? [];

describe('a bar that was closed by server time', () => {
  it('is complete, said to be unconfirmed, and not in the database until the terminal was asked', async () => {
    const world = await start();
    const bar = world.truth.forming!;
    expect(metadataOf(world)).toMatchObject({ last_bar_complete: false, last_bar_confirmed: false });
    await world.passMs(40_600);
    expect(newest(world)).toEqual(bar);
    expect(metadataOf(world)).toMatchObject({ last_bar_complete: true, last_bar_confirmed: false });
    await world.passMs(1000);
    expect(lastRow(world)).toBe(bar.time - 60);
    const { revision, closedRevision } = world.snapshot();
    await world.passMs(1500);
    expect(metadataOf(world)).toMatchObject({ last_bar_complete: true, last_bar_confirmed: true });
    expect(world.snapshot().revision).toBeGreaterThan(revision);
    expect(world.snapshot().closedRevision).toBe(closedRevision);
    expect(lastRow(world)).toBe(bar.time);
    expect(await outcomes(world)).toEqual(['mt5gw_series_clock_closes_total{outcome="same"} 1']);
  });

  it('gets its last ticks from the terminal within seconds when their pushes were lost', async () => {
    const world = await start();
    const bar = world.truth.forming!;
    await world.pass(10);
    world.trade({ lost: true });
    await world.passMs(30_600);
    expect(newest(world)).toEqual(bar);
    await world.pass(4);
    expect(newest(world)).toEqual(world.truth.forming);
    expect(newest(world)).not.toEqual(bar);
    expect(metadataOf(world)).toMatchObject({ last_bar_confirmed: true });
    expect(world.store.rowsOf('Broker-Live', 'M1').toArray().at(-1)).toEqual(world.truth.forming);
    expect(await outcomes(world)).toEqual(['mt5gw_series_clock_closes_total{outcome="corrected"} 1']);
  });

  it('lets a bridge that has fallen silent be found out, and the bars behind it be fetched', async () => {
    const world = await start();
    for (let second = 0; second < 42; second++) {
      await world.pass(1);
      world.trade({ lost: true });
    }
    await world.pass(3);
    expect(world.snapshot().forming).toEqual(world.truth.forming);
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
    expect(world.events.at(-1)).toContain('was not pushed');
    expect(await outcomes(world)).toEqual(['mt5gw_series_clock_closes_total{outcome="behind"} 1']);
  });

  it('is confirmed by the terminal’s own push, and then nobody asks', async () => {
    const world = await start();
    await world.passMs(40_600);
    world.trade();
    const asked = world.pool.requests.length;
    expect(world.snapshot().unconfirmed).toBeUndefined();
    await world.pass(10);
    expect(world.pool.requests.length).toBe(asked);
    expect(lastRow(world)).toBe(world.truth.closed.at(-1)!.time);
    expect(await outcomes(world)).toEqual(['mt5gw_series_clock_closes_total{outcome="pushed"} 1']);
  });

  it('takes ticks that the terminal still counts into it after it was asked, also into the database', async () => {
    const world = await start();
    await world.pass(45);
    expect(metadataOf(world)).toMatchObject({ last_bar_confirmed: true });
    const late = { ...world.truth.forming!, tickVolume: 99 };
    world.truth.forming = late;
    world.pool.push(world.truth, []);
    await world.pass(1);
    expect(newest(world)).toEqual(late);
    expect(world.store.rowsOf('Broker-Live', 'M1').toArray().at(-1)).toEqual(late);
    expect(world.events).toEqual(['connected', 'closed']);
  });

  it('stays unconfirmed, served and unwritten while the terminal cannot be asked, with growing pauses', async () => {
    const world = await start();
    world.pool.refusals.set('rates-by-count', 5);
    const bar = world.truth.forming!;
    const asked = world.pool.requests.length;
    await world.pass(70);
    expect(world.snapshot()).toMatchObject({ state: 'live', stale: false, unconfirmed: bar.time });
    expect(lastRow(world)).toBe(bar.time - 60);
    expect(world.pool.requests.length - asked).toBeLessThanOrEqual(5);
    expect(await world.registry.metrics()).toContain('mt5gw_series_unconfirmed 1');
    await world.pass(100);
    expect(world.snapshot().unconfirmed).toBeUndefined();
    expect(lastRow(world)).toBe(bar.time);
    expect(await world.registry.metrics()).toContain('mt5gw_series_unconfirmed 0');
  });

  it('is told of as unconfirmed while its terminal is away, and fetched when it comes back', async () => {
    const world = await start();
    await world.passMs(40_600);
    world.pool.drop();
    await world.pass(5);
    expect(metadataOf(world)).toMatchObject({ stale: true, last_bar_complete: true, last_bar_confirmed: false });
    expect(lastRow(world)).toBe(world.truth.forming!.time - 60);
    await world.connect();
    await world.pass(4);
    expect(metadataOf(world)).toMatchObject({ stale: false, last_bar_confirmed: true });
    expect(lastRow(world)).toBe(world.truth.forming!.time);
  });
});

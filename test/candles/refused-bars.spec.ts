import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { metadataSteps } from '../../src/candles/answers/series-metadata.js';
import { runSteps } from '../../src/kernel/index.js';
import type { Candle } from '../../src/market/index.js';
import { startCandlesApp, type CandlesApp } from './support/candles-app.js';
import { startSeriesWorld, type SeriesWorld } from './support/series-world.js';

const VERIFY_S = 100;

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

/** The bar at `time` with an open 0.01 above its high. */
const spoil =
  (time: number) =>
  (rates: Candle[]): Candle[] =>
    rates.map((rate) => (rate.time === time ? { ...rate, open: rate.high + 0.01 } : rate));

function gapsOf(world: SeriesWorld) {
  const { closed, forming } = world.snapshot();
  const returned = { closed, forming, first: 0, truncated: false };
  const { gaps } = runSteps(metadataSteps(world.snapshot(), returned, 'PRO'));
  return gaps.map(({ after, reason }) => [after, reason]);
}

describe('a gap where the terminal has a malformed bar', () => {
  let world: SeriesWorld;
  let bad: number;

  beforeEach(async () => {
    world = await startSeriesWorld({ verifyIntervalMs: VERIFY_S * 1000, clockRate: 0 });
    bad = world.truth.closed.at(-20)!.time;
  });
  afterEach(async () => {
    await world.close();
  });

  it('is refused from the first backfill on, and after a comparison', async () => {
    world.pool.distort = spoil(bad);
    world.pool.distortRange = world.pool.distort;
    await world.connect();
    expect(gapsOf(world)).toEqual([[bad - 60, 'refused']]);
    await world.pass(VERIFY_S + 2);
    expect(world.events).toContain('verified');
    expect(gapsOf(world)).toEqual([[bad - 60, 'refused']]);
  });

  it('is found by a comparison where no backfill reached that far, as after a restart', async () => {
    const rest = world.truth.closed.filter(({ time }) => time !== bad);
    const all = world.truth.closed;
    world.truth.closed = rest;
    await world.connect();
    expect(gapsOf(world)).toEqual([[bad - 60, 'missing']]);
    const { revision } = world.snapshot();
    world.truth.closed = all;
    world.pool.distortRange = spoil(bad);
    await world.pass(VERIFY_S + 2);
    expect(gapsOf(world)).toEqual([[bad - 60, 'refused']]);
    // Answers that are kept ready for the old revision must not be given any more.
    expect(world.snapshot().revision).toBeGreaterThan(revision);
  });

  it('is missing once the terminal shows that it has no such bar any more', async () => {
    world.pool.distort = spoil(bad);
    world.pool.distortRange = world.pool.distort;
    await world.connect();
    world.truth.closed = world.truth.closed.filter(({ time }) => time !== bad);
    await world.pass(VERIFY_S + 2);
    expect(gapsOf(world)).toEqual([[bad - 60, 'missing']]);
  });

  it('is none any more once a good bar came, and missing when that one goes again', async () => {
    world.pool.distort = spoil(bad);
    await world.connect();
    world.pool.distort = (rates) => rates;
    world.pool.historyChanged(world.truth, bad);
    await world.pass(2);
    expect(gapsOf(world)).toEqual([]);
    world.truth.closed = world.truth.closed.filter(({ time }) => time !== bad);
    world.pool.historyChanged(world.truth, bad);
    await world.pass(20);
    expect(gapsOf(world)).toEqual([[bad - 60, 'missing']]);
  });

  it('is none where a known bar stays served', async () => {
    await world.connect();
    world.pool.distortRange = spoil(bad);
    await world.pass(VERIFY_S + 2);
    expect(gapsOf(world)).toEqual([]);
    expect(world.snapshot().refused).toEqual([]);
  });

  it('says nothing about another broker', async () => {
    world.pool.distort = spoil(bad);
    await world.connect();
    expect(world.snapshot().refused).toEqual([bad]);
    world.pool.connect('MT5_05', [world.truth], 'EURUSD.other');
    expect(world.snapshot().refused).toEqual([]);
  });
});

describe('a page of bars older than those in memory', () => {
  let app: CandlesApp;

  beforeEach(async () => {
    app = await startCandlesApp();
  });
  afterEach(async () => {
    await app.close();
  });

  it('has a refused gap where the terminal has a malformed bar, when it is fetched and again later', async () => {
    const times = app.truth('H1').map(({ time }) => time);
    const [after, bad, before] = times.slice(49) as [number, number, number];
    app.pool.distortRange = spoil(bad);
    for (let asked = 0; asked < 2; asked++) {
      const { body } = await app.get(`/api/v1/candles/EURUSD/H1?from=${times[40]}&to=${times[60]}`);
      expect(body.data.candles).toHaveLength(19);
      expect(body.data.metadata['gaps']).toEqual([{ after, before, bars: 1, reason: 'refused' }]);
    }
  });
});

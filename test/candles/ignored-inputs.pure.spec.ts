import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { TruthPoolError } from './support/truth-pool.js';
import { Bars, type Candle } from '../../src/market/index.js';
import { startSeriesWorld, SYMBOL, type SeriesWorld } from './support/series-world.js';

const lines: string[] = [];
const keep = (message: unknown): void => void lines.push(String(message));
const logger: LoggerService = { log: keep, warn: keep, error: keep, debug: () => undefined };
const VERIFY_S = 100;

beforeAll(() => Logger.overrideLogger(logger));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

const open: SeriesWorld[] = [];

afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
  lines.splice(0);
});

async function start(): Promise<SeriesWorld> {
  const world = await startSeriesWorld({ verifyIntervalMs: VERIFY_S * 1000, clockRate: 0 });
  open.push(world);
  return world;
}

/** Kinds that were counted, with their counts. */
async function counted({ registry }: SeriesWorld): Promise<Record<string, number>> {
  const metrics = await registry.metrics();
  const rows = [...metrics.matchAll(/mt5gw_inputs_ignored_total\{what="([^"]+)"\} (\d+)/g)];
  return Object.fromEntries(rows.flatMap(([, what, count]) => (count === '0' ? [] : [[what, Number(count)]])));
}

/** The bar at `time` with an open above its high. */
const spoil =
  (time: number) =>
  (rates: Candle[]): Candle[] =>
    rates.map((rate) => (rate.time === time ? { ...rate, open: rate.high + 0.01 } : rate));

const line = (part: string) => lines.filter((text) => text.includes(part));

describe('what comes for a series and is of no use is counted, and has a line', () => {
  it('when a backfill brings a malformed bar', async () => {
    const world = await start();
    const bad = world.truth.closed.at(-10)!.time;
    world.pool.distort = spoil(bad);
    await world.connect();
    expect(await counted(world)).toEqual({ 'refused-bar': 1 });
    expect(
      line(`EURUSD M1: 1 bar of the terminal refused, e.g. bar ${bad}: high or low is inside the bar`),
    ).toHaveLength(1);
  });

  it('when a comparison brings a malformed bar and finds all others equal', async () => {
    const world = await start();
    const all = world.truth.closed;
    const bad = all.at(-10)!.time;
    world.truth.closed = all.filter(({ time }) => time !== bad);
    await world.connect();
    world.truth.closed = all;
    world.pool.distortRange = spoil(bad);
    await world.pass(VERIFY_S + 2);
    expect(await world.registry.metrics()).toContain('mt5gw_series_verified_total{outcome="same"} 1\n');
    expect(await counted(world)).toEqual({ 'refused-bar': 1 });
    expect(line(`EURUSD M1: 1 bar of the terminal refused, e.g. bar ${bad}`)).toHaveLength(1);
  });

  it('when no bar of an answer can be used', async () => {
    const world = await start();
    world.pool.distort = (rates) => rates.slice(-1).map((rate) => ({ ...rate, low: rate.high + 1 }));
    await world.connect();
    expect(world.snapshot().state).toBe('loading');
    const failures = world.events.filter((event) => event === 'backfill-failed').length;
    expect(failures).toBeGreaterThan(0);
    expect(await counted(world)).toEqual({ 'refused-bar': failures });
  });

  it('when an answer has a bar outside the range that was asked for', async () => {
    const world = await start();
    await world.connect();
    world.pool.distortRange = (rates) => [{ ...rates[0]!, time: rates[0]!.time - 60 }, ...rates];
    await world.pass(VERIFY_S + 2);
    expect(await counted(world)).toEqual({ 'bar-outside-range': 1 });
    expect(line('EURUSD M1: 1 bar of the terminal left out, e.g. bar')).toHaveLength(1);
  });

  it('when the database has a bar that cannot be', async () => {
    const world = await start();
    const [good, bad] = world.truth.closed.slice(-12, -10) as [Candle, Candle];
    const key = { brokerServer: 'Broker-Live', brokerSymbol: 'EURUSD.m', symbol: SYMBOL, timeframe: 'M1' } as const;
    const { id } = await world.store.openSeries(key, {
      ...{ terminalId: 'MT5_05', digits: 2, utcOffsetSeconds: 7200, simulated: false },
    });
    await world.store.write(id, Bars.from([good, { ...bad, low: bad.high + 1 }]));
    await world.connect();
    expect(await counted(world)).toEqual({ 'stored-bar': 1 });
    expect(line(`EURUSD M1: 1 bar of the database left out, e.g. bar ${bad.time}`)).toHaveLength(1);
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
  });

  it('when the database does not give the rows of a series', async () => {
    const world = await start();
    world.store.away = true;
    await world.connect();
    expect(await counted(world)).toEqual({ 'unread-rows': 1 });
    expect(line('rows of EURUSD M1 could not be read, the terminal is asked for its bars instead')).toHaveLength(1);
    expect(world.snapshot().state).toBe('live');
    world.store.away = false;
  });

  it('when the terminal does not give quote sessions', async () => {
    const world = await start();
    world.pool.errors.set('symbol', new TruthPoolError('history-loading'));
    await world.connect();
    expect(await counted(world)).toEqual({ 'unread-sessions': 1 });
    expect(line('the quote sessions of EURUSD M1 could not be read, its bars are expected as before')).toHaveLength(1);
  });

  it('when a quote session ends before it begins', async () => {
    const world = await start();
    world.pool.oddSessions = [{ weekday: 3, from: 7200, to: 3600 }];
    await world.connect();
    expect(await counted(world)).toEqual({ 'quote-session': 1 });
    expect(line('EURUSD: 1 quote session of the terminal left out, e.g. weekday 3 from 7200 to 3600 s')).toHaveLength(
      1,
    );
  });

  it('and has one line a minute however often it comes', async () => {
    const world = await start();
    world.pool.pushes = false;
    world.pool.distort = spoil(world.truth.closed.at(-2)!.time);
    await world.connect();
    await world.pass(50);
    const { 'refused-bar': refused } = await counted(world);
    expect(refused).toBeGreaterThan(5);
    expect(line('1 bar of the terminal refused')).toHaveLength(1);
  });

  it('and nothing is counted while all is well', async () => {
    const world = await start();
    await world.connect();
    await world.pass(VERIFY_S + 2);
    expect(world.events).toContain('verified');
    expect(await counted(world)).toEqual({});
  });
});

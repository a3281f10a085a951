import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { SeriesObserver } from '../../src/candles/registry/series-observer.js';
import { TerminalAnswerError } from '../../src/terminals/index.js';
import { RegistryWorld, SYMBOL } from './support/registry-world.js';

const noData = new TerminalAnswerError('MT5_05', 'rates-by-count', {
  ...{ type: 'error', code: 'no-data', terminalCode: 4404, message: 'nothing here', retryAfterMs: 0 },
});
const loading = new TerminalAnswerError('MT5_05', 'rates-by-count', {
  ...{ type: 'error', code: 'history-loading', terminalCode: 4401, message: 'wait', retryAfterMs: 1000 },
});

describe('a series that gets no usable bars', () => {
  let world: RegistryWorld;
  beforeEach(async () => {
    world = await RegistryWorld.start();
  });
  afterEach(async () => {
    expect(await world.close()).toBe(0);
  });

  function codeOf(): string {
    try {
      world.served();
      return 'served';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  it.each<[string, RegExp, () => void]>([
    ['an error of the terminal', /no-data: nothing here/, () => world.pool.errors.set('rates-by-count', noData)],
    ['no bars at all', /no usable bar: none at all/, () => (world.pool.distort = () => [])],
    [
      'bars with a negative spread',
      /no usable bar: 61 cannot be, e\.g\. bar \d+: the spread is negative/,
      () => (world.pool.distort = (all) => all.map((bar) => ({ ...bar, spread: -1 }))),
    ],
    [
      'bars that all are impossible',
      /no usable bar: 61 cannot be, e\.g\. bar \d+: /,
      () => (world.pool.distort = (all) => all.map((bar) => ({ ...bar, high: bar.low / 2 }))),
    ],
  ])('is loading for half a minute and then a fault with its reason: %s', async (_, reason, spoil) => {
    spoil();
    world.connect();
    await world.pass(29);
    expect(codeOf()).toBe('history-loading');
    expect(world.pool.reports).toEqual([]);
    await world.pass(3);
    expect(() => world.served()).toThrow(
      expect.objectContaining({
        code: 'terminal-error',
        retryAfterSeconds: 30,
        message: expect.stringMatching(reason) as unknown,
        members: expect.objectContaining({ terminal_id: 'MT5_05' }) as unknown,
      }),
    );
    await world.pass(120);
    expect(world.pool.reports).toEqual([
      { terminalId: 'MT5_05', code: 'series-fault', message: expect.stringMatching(reason) as unknown },
    ]);
    expect(world.series.faultyByTerminal).toEqual(new Map([['MT5_05', 1]]));
  });

  it('is a fault when its terminal never tells its time', async () => {
    world.pool.connect('MT5_05', world.truths);
    await world.clock.advanceAsync(40_000, 500);
    expect(() => world.served()).toThrow(/has not told its server time/);
    expect(codeOf()).toBe('terminal-error');
  });

  it('carries what the terminal said to the caller', async () => {
    world.pool.errors.set('rates-by-count', noData);
    world.connect();
    await world.pass(40);
    expect(() => world.served()).toThrow(
      expect.objectContaining({
        members: {
          terminal_id: 'MT5_05',
          terminal_error: { code: 'no-data', terminal_code: 4404, message: 'nothing here' },
        },
      }),
    );
  });

  it('is asked for once a minute when the terminal says that asking again never makes sense', async () => {
    world.pool.errors.set('rates-by-count', noData);
    world.connect();
    await world.pass(5);
    const before = world.asked('rates-by-count');
    await world.pass(600);
    expect(world.asked('rates-by-count') - before).toBe(10);
  });

  it('is served again, and says so, as soon as the terminal gives bars', async () => {
    world.pool.distort = () => [];
    world.connect();
    await world.pass(60);
    world.pool.distort = (bars) => bars;
    await world.pass(20);
    expect(codeOf()).toBe('served');
    expect(world.series.faultyByTerminal).toEqual(new Map());
    expect(world.events.map(({ type }) => type).filter((type) => type === 'faulty' || type === 'recovered')).toEqual([
      'faulty',
      'recovered',
    ]);
  });

  it('is believed to load for a quarter of an hour while the terminal itself says so', async () => {
    world.pool.errors.set('rates-by-count', loading);
    world.connect();
    await world.pass(899);
    expect(codeOf()).toBe('history-loading');
    await world.pass(40);
    expect(codeOf()).toBe('terminal-error');
  });

  it('is not served as live any more after polls have failed for half a minute, but still as stale', async () => {
    world.pool.pushes = false;
    world.connect();
    await world.pass(3);
    world.pool.errors.set('rates-by-count', noData);
    await world.pass(20);
    expect(codeOf()).toBe('served');
    await world.pass(30);
    expect(codeOf()).toBe('terminal-error');
    expect(world.series.get(SYMBOL, 'M1', { allowStale: true }).stale).toBe(true);
  });

  it('is counted per terminal', async () => {
    const registry = new Registry();
    expect(new SeriesObserver(world.series, registry, world.clock)).toBeDefined();
    world.pool.distort = () => [];
    world.connect();
    await world.pass(40);
    expect(await registry.metrics()).toContain('mt5gw_series_faulty{terminal="MT5_05"} 1');
  });
});

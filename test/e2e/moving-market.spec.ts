import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultCommand } from '../../simulator/index.js';
import { Bars, type Candle, sameBar, symbolName, type Timeframe } from '../../src/market/index.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';

const TERMINAL = 'MT5_05';
const SYMBOL = symbolName('EURUSD');
const TIMEFRAMES: readonly Timeframe[] = ['M5', 'H1'];
const M5 = 300;
/** A bar of five minutes a second: a terminal on a busy machine can still tell its history before it has moved on. */
const CLOCK_RATE = 300;
const WEDNESDAY = Date.UTC(2026, 2, 11, 6) / 1000;
/** No run begins later than this; the waits of a run have limits of their own. */
const LIMIT_MS = 8_000;
const TIMEOUT_MS = 90_000;
/** Most of the history that is rewritten here is announced; the rest only a comparison can reveal. */
const VERIFY_INTERVAL_MS = '3000';

/** A fault; times are bars of five minutes back from now. */
type Step =
  | { readonly kind: 'fault'; readonly command: FaultCommand }
  | {
      readonly kind: 'rewrite';
      readonly back: number;
      readonly length: number;
      readonly points: number;
      readonly remove: boolean;
      readonly announce: boolean;
    };

const fault = (command: FaultCommand): fc.Arbitrary<Step> => fc.constant({ kind: 'fault', command });
const counted = (command: 'lose-pushes' | 'duplicate-pushes' | 'late-pushes'): fc.Arbitrary<Step> =>
  fc.integer({ min: 1, max: 40 }).map((count) => ({ kind: 'fault', command: { command, count } }));

const rewrite: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('rewrite' as const),
  back: fc.integer({ min: 3, max: 3000 }),
  length: fc.integer({ min: 1, max: 100 }),
  points: fc.integer({ min: 1, max: 50 }),
  remove: fc.boolean(),
  announce: fc.boolean(),
});

const badTimes: fc.Arbitrary<Step> = fc.oneof(
  fault({ command: 'drop', how: 'reset' }),
  fault({ command: 'drop', how: 'close' }),
  fault({ command: 'restart-storm', times: 3 }),
  fault({ command: 'broker-connection', connected: false }),
  fault({ command: 'broker-connection', connected: true }),
  fault({ command: 'history-loading', calls: 3 }),
  fault({ command: 'partial-answers', calls: 2 }),
  fault({ command: 'slow-answers', delayMs: 30 }),
  fault({ command: 'hang', heartbeats: true }),
  fault({ command: 'reset' }),
  counted('lose-pushes'),
  counted('duplicate-pushes'),
  counted('late-pushes'),
);
/** History is rewritten at least once, whether anybody tells or not. */
const sequence = fc
  .tuple(
    fc.array(badTimes, { maxLength: 2 }),
    rewrite,
    fc.array(fc.oneof({ weight: 3, arbitrary: badTimes }, { weight: 1, arbitrary: rewrite }), { maxLength: 2 }),
  )
  .map(([before, change, after]) => [...before, change, ...after]);

interface ServedCandle extends Omit<Candle, 'tickVolume' | 'realVolume'> {
  readonly tick_volume: number;
  readonly real_volume: number;
  readonly complete: boolean;
}

function candleOf({ tick_volume: tickVolume, real_volume: realVolume, ...prices }: ServedCandle): Candle {
  return { ...prices, tickVolume, realVolume };
}

describe('a market that moves while its terminal fails', () => {
  let gateway: GatewayUnderTest;
  let disorder: string[];

  beforeAll(async () => {
    gateway = await new GatewaySetup()
      .terminal(TERMINAL, SYMBOL)
      .timeframes(...TIMEFRAMES)
      .environment({ TERMINAL_REQUEST_TIMEOUT_MS: '3000', SERIES_VERIFY_INTERVAL_MS: VERIFY_INTERVAL_MS })
      .simulating({ startTime: WEDNESDAY, clockRate: CLOCK_RATE })
      .start();
    watch();
  }, TIMEOUT_MS);
  afterAll(() => gateway?.close());

  const now = () => gateway.simulator.market(TERMINAL).clock.now();
  const truth = (timeframe: Timeframe, from: number, to: number): Bars =>
    gateway.simulator.market(TERMINAL).findByBrokerName(SYMBOL)!.source.between(timeframe, { from, to }, now()).bars;
  const closedOf = (timeframe: Timeframe) => gateway.series.find(SYMBOL, timeframe)!.closed;

  /** Whatever happens, no snapshot may ever be out of order or hold a bar twice. */
  function watch(): void {
    disorder = [];
    gateway.series.onChange(({ timeframe, closed, forming }) => {
      const times = [...closed.time, ...(forming === undefined ? [] : [forming.time])];
      const index = times.findIndex((time, i) => i > 0 && time <= times[i - 1]!);
      if (index >= 0) disorder.push(`${timeframe}: ${times[index]} after ${times[index - 1]}`);
    });
  }

  /** Carries out a fault, and lets half a bar go by. */
  async function carryOut(one: Step): Promise<void> {
    const begun = now();
    if (one.kind === 'fault') {
      await gateway.until(() => gateway.simulator.ready.includes(TERMINAL));
      gateway.simulator.control(TERMINAL, one.command);
    } else {
      const from = Math.floor(begun / M5) * M5 - one.back * M5;
      const to = Math.min(from + one.length * M5, begun - 2 * M5);
      const { points, remove, announce } = one;
      gateway.simulator.control(TERMINAL, {
        command: 'rewrite-history',
        symbol: SYMBOL,
        from,
        to,
        points,
        remove,
        announce,
      });
    }
    await gateway.until(() => now() > begun + M5 / 2);
  }

  /** All faults end; resolves when a bar has closed since and every series is the truth again. */
  async function quiesce(): Promise<void> {
    gateway.simulator.control(TERMINAL, { command: 'reset' });
    const since = now();
    for (const timeframe of TIMEFRAMES) {
      let compared = -1;
      await gateway.until(() => {
        const closed = closedOf(timeframe);
        const revision = gateway.series.find(SYMBOL, timeframe)!.closedRevision;
        if (revision === compared || gateway.series.find(SYMBOL, timeframe)!.state !== 'live') return false;
        if (timeframe === 'M5' && (closed.lastTime ?? 0) < since) return false;
        compared = revision;
        return isTrue(closed, timeframe);
      });
    }
  }

  function isTrue(closed: Bars, timeframe: Timeframe): boolean {
    return firstLie(closed, timeframe) === undefined;
  }

  /** The first bar that differs from the truth, beside it. Thousands are compared while the market moves: quickly. */
  function firstLie(told: Bars, timeframe: Timeframe): unknown {
    const expected = truth(timeframe, told.firstTime!, told.lastTime! + 1);
    const length = Math.max(told.length, expected.length);
    let i = 0;
    while (i < length && sameBar(told, i, expected, i)) i++;
    return i === length ? undefined : { index: i, told: told.slice(i, i + 1), expected: expected.slice(i, i + 1) };
  }

  /** What customers get is the truth: the same bars, and no hole up to the newest closed one. */
  async function expectTruthIsServed(): Promise<void> {
    for (const timeframe of TIMEFRAMES) {
      const { status, body } = await gateway.ask<{ data: { candles: ServedCandle[] } }>(
        `/api/v1/candles/${SYMBOL}/${timeframe}?bars=5000`,
      );
      expect(status).toBe(200);
      const served = body.data.candles.filter(({ complete }) => complete);
      expect(served.length).toBeGreaterThanOrEqual(4999);
      expect(firstLie(Bars.from(served.map(candleOf)), timeframe)).toBeUndefined();
    }
    expect(disorder).toEqual([]);
  }

  it(
    'is served as it is once the faults are over, whatever they were',
    async () => {
      const until = performance.now() + LIMIT_MS;
      let runs = 0;
      const property = fc.asyncProperty(sequence, async (steps) => {
        if (performance.now() > until) return;
        for (const one of steps) await carryOut(one);
        await quiesce();
        await expectTruthIsServed();
        runs++;
      });
      // Each run begins where the one before ended, so a smaller example would start from somewhere else.
      await fc.assert(property, { numRuns: 20, endOnFailure: true });
      expect(runs).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'is served as it is after the gateway was away for a while',
    async () => {
      await gateway.stopGateway();
      await gateway.startGateway();
      watch();
      await gateway.untilLive();
      await quiesce();
      await expectTruthIsServed();
    },
    TIMEOUT_MS,
  );
});

import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { CandleAnswers } from '../../src/candles/answers/candle-answers.js';
import type { CandlesQuery } from '../../src/candles/answers/candles.query.js';
import { LiveSeriesRegistry } from '../../src/candles/registry/live-series-registry.js';
import { SeriesRegistry, type SeriesSnapshot } from '../../src/candles/index.js';
import { IndicatorSettings } from '../../src/config/index.js';
import type { AnswerRenderer } from '../../src/http/index.js';
import { RenderQueue } from '../../src/http/rendering/render-queue.js';
import { EngineResults } from '../../src/indicators/engine-results.js';
import { DEFAULT_ENGINE_SETTINGS } from '../../src/indicators/formulas/settings.js';
import { type AnswerOptions, IndicatorAnswers } from '../../src/indicators/indicator-answers.js';
import { TerminalResults } from '../../src/indicators/terminal-results.js';
import { Bars, SessionCalendar, symbolName } from '../../src/market/index.js';
import { syntheticCandles } from '../support/candles.js';
import { countedBars } from '../support/counted-bars.js';
import { snapshotOf } from '../support/snapshots.js';

/** The clock of these tests moves with the work: by a millisecond for so many numbers that are read from bars. */
const READS_PER_MS = 10_000;
const MB = 1024 * 1024;
const LIMITS = {
  ...{ turnMs: 2, sliceMs: 0.5, turnBytes: MB, maxWaiting: 10 },
  ...{ accountBytes: 32 * MB, totalBytes: 32 * MB, reserveBytes: 0 },
};
/** The longest that a single step may take. */
const MAX_STEP_MS = 1;
const BARS = 10_000;
const DAY = 86_400;
const HOURS = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 0, to: DAY }));
const SYMBOL = symbolName('EURUSD');

/** A series of many bars whose reading is counted, with a gap before every ninth bar. */
class World {
  readonly count = { reads: 0 };
  snapshot: SeriesSnapshot;
  /** How long the event loop was kept at a stretch in turns of rendering, and outside of them. */
  readonly turnsMs: number[] = [];
  outsideMs = 0;
  private readonly pending: (() => void)[] = [];
  private readonly queue: RenderQueue;

  constructor() {
    const candles = syntheticCandles({ seed: 7, bars: BARS + BARS / 8 }).filter((_, i) => i % 9 !== 8);
    const [forming] = candles.slice(-1);
    this.snapshot = {
      ...snapshotOf([], { forming, calendar: SessionCalendar.of([...HOURS, { weekday: 6, from: 0, to: 60 }]) }),
      closed: countedBars(Bars.from(candles.slice(0, -1)), this.count),
    };
    this.queue = new RenderQueue(LIMITS, { monotonicMs: () => this.nowMs }, (turn) => this.pending.push(turn));
  }

  /** Makes an answer to its end, one turn at a time. */
  async body(answer: (renderer: AnswerRenderer) => Promise<{ body: Buffer }>): Promise<Buffer> {
    const outcome: { body?: Buffer; error?: unknown } = {};
    const renderer: AnswerRenderer = {
      render: async (maxBytes, steps) => (await this.queue.render({ accountId: 'a', maxBytes, steps })).body,
    };
    let startMs = this.nowMs;
    void answer(renderer).then(
      ({ body }) => (outcome.body = body),
      (error: unknown) => (outcome.error = error),
    );
    for (;;) {
      for (let round = 0; round < 50; round++) await Promise.resolve();
      this.outsideMs = Math.max(this.outsideMs, this.nowMs - startMs);
      if (outcome.body !== undefined) return outcome.body;
      if ('error' in outcome) throw outcome.error;
      startMs = this.nowMs;
      this.pending.shift()?.();
      if (this.nowMs > startMs) this.turnsMs.push(this.nowMs - startMs);
      startMs = this.nowMs;
    }
  }

  get nowMs(): number {
    return this.count.reads / READS_PER_MS;
  }
}

function candles(world: World): CandleAnswers {
  const live = { time: () => undefined, bars: { refusedOpens: world.snapshot.refused } };
  const series: Pick<LiveSeriesRegistry, 'find' | 'get' | 'live' | 'zoneWith'> = {
    find: () => world.snapshot,
    get: () => world.snapshot,
    live: () => live as unknown as ReturnType<LiveSeriesRegistry['live']>,
    zoneWith: () => world.snapshot.zone,
  };
  return new CandleAnswers(series as LiveSeriesRegistry, undefined as never, undefined as never, new Registry());
}

function indicators(engine: Partial<IndicatorSettings['engine']> = {}): IndicatorAnswers {
  const settings = new IndicatorSettings({
    engine: { ...DEFAULT_ENGINE_SETTINGS, ...engine },
    source: 'engine',
    terminal: [],
  });
  const nobody = undefined as unknown as SeriesRegistry;
  return new IndicatorAnswers(new EngineResults(nobody, settings), undefined as unknown as TerminalResults, settings);
}

const BODIES = {
  'candles in server time': (world: World) => askForCandles(world, 'server'),
  'candles in UTC': (world: World) => askForCandles(world, 'utc'),
  'indicators that were not computed before': (world: World) => askForIndicators(world, {}),
  'indicators with fractals of their own': (world: World) => askForIndicators(world, { fractalBars: 5 }),
  'indicators of the past': (world: World) => askForIndicators(world, { asOf: world.snapshot.closed.time[9000] }),
};

function askForCandles(
  world: World,
  time_format: 'server' | 'utc',
  { answers = candles(world), tier = 'PRO', bars = 5000 } = {},
): Promise<Buffer> {
  const query = { bars, time_format } as CandlesQuery;
  return world.body((renderer) => answers.answer({ symbol: SYMBOL, timeframe: 'H1' }, query, { tier, renderer }));
}

function askForIndicators(world: World, asked: Partial<AnswerOptions>): Promise<Buffer> {
  const options = { bars: 5000, tier: 'PRO', fractalBars: undefined, asOf: undefined, timeFormat: 'server' as const };
  const answers = indicators();
  return world.body((renderer) => answers.answer(world.snapshot, { ...options, ...asked, renderer }));
}

describe('an answer of 5000 bars', () => {
  it.each(Object.entries(BODIES))('is made in bounded turns, metadata included: %s', async (_name, ask) => {
    const world = new World();
    const body = await ask(world);
    const { metadata } = (JSON.parse(body.toString()) as { data: { metadata: { bars_returned: number; gaps: [] } } })
      .data;
    expect([metadata.bars_returned, metadata.gaps.length > 400]).toEqual([5000, true]);
    expect(world.outsideMs).toBeLessThanOrEqual(MAX_STEP_MS);
    expect(Math.max(...world.turnsMs)).toBeLessThanOrEqual(LIMITS.turnMs + MAX_STEP_MS);
    expect(world.turnsMs.length).toBeGreaterThanOrEqual(2);
  });

  it('is made once for all who ask for the same while nothing changes', async () => {
    const world = new World();
    const answers = candles(world);
    const body = await askForCandles(world, 'server', { answers });
    const { reads } = world.count;
    expect(await askForCandles(world, 'server', { answers })).toBe(body);
    // A page finds its first bar, and no more.
    expect(world.count.reads - reads).toBeLessThan(100);
    const others = [
      await askForCandles(world, 'utc', { answers }),
      await askForCandles(world, 'server', { answers, tier: 'FREE' }),
      await askForCandles(world, 'server', { answers, bars: 4999 }),
    ];
    world.snapshot = { ...world.snapshot, revision: 2, stale: true };
    others.push(await askForCandles(world, 'server', { answers }));
    expect(new Set([body, ...others].map(String)).size).toBe(5);
  });
});

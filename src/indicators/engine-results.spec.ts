import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { syntheticCandles } from '../../test/support/candles.js';
import { snapshotOf } from '../../test/support/snapshots.js';
import { Bars } from '../market/index.js';
import { SeriesRegistry, type SeriesSnapshot } from '../candles/index.js';
import { IndicatorSettings } from '../config/index.js';
import { Emitter, runSteps } from '../kernel/index.js';
import { EngineResults } from './engine-results.js';
import { DEFAULT_ENGINE_SETTINGS } from './formulas/settings.js';

class ScriptedRegistry extends SeriesRegistry {
  private readonly changes = new Emitter<SeriesSnapshot>();
  readonly onChange = this.changes.subscribe;
  override get(): SeriesSnapshot {
    throw new Error('not asked for here');
  }
  override find(): undefined {
    return undefined;
  }
  override requestBackfill(): boolean {
    return false;
  }
  override serverTimeMs(): undefined {
    return undefined;
  }
  change(snapshot: SeriesSnapshot): void {
    this.changes.emit(snapshot);
  }
  get listeners(): number {
    return this.changes.listenerCount;
  }
}

const candles = syntheticCandles({ seed: 3, bars: 600 });
const many = syntheticCandles({ seed: 4, bars: 10_000 });
/** More turns than a result takes. */
const MAX_TURNS = 50;
const series = new ScriptedRegistry();
const settings = new IndicatorSettings({
  engine: DEFAULT_ENGINE_SETTINGS,
  source: 'engine',
  terminal: [],
});
let results: EngineResults;

/** Counts reads of the closed bars: computing reads them, a kept result does not. */
function watched(overrides: Partial<SeriesSnapshot>): { snapshot: SeriesSnapshot; reads: () => number } {
  let reads = 0;
  const plain = snapshotOf(candles, overrides);
  const snapshot = Object.defineProperty({ ...plain }, 'closed', { get: () => ((reads += 1), plain.closed) });
  return { snapshot, reads: () => reads };
}

describe('EngineResults', () => {
  beforeEach(() => {
    results = new EngineResults(series, settings);
  });
  afterEach(() => results.onModuleDestroy());

  it('has computed a series before the first request, because its bar closed earlier', async () => {
    results.onModuleInit();
    const { snapshot, reads } = watched({ closedRevision: 10 });
    series.change(snapshot);
    for (let turns = 0; turns < MAX_TURNS; turns++) await turn();
    const first = results.of(snapshot).next();
    expect([first.done, reads()]).toEqual([true, 1]);
    expect(runSteps(results.of({ ...snapshot, revision: 99 }))).toBe(first.value);
  });

  it('lets an early caller continue the steps that are done, with the same result', async () => {
    results.onModuleInit();
    const { snapshot, reads } = watched({ closedRevision: 15, closed: Bars.from(many) });
    series.change(snapshot);
    await turn();
    const asked = results.of(snapshot);
    expect(asked.next().done).toBe(false);
    const result = runSteps(asked);
    for (let turns = 0; turns < MAX_TURNS; turns++) await turn();
    expect(runSteps(results.of(snapshot))).toBe(result);
    expect(reads()).toBe(1);
  });

  it('computes nothing while a series is being backfilled, and only the newest of several changes', async () => {
    results.onModuleInit();
    const loading = watched({ closedRevision: 20, state: 'loading' });
    const older = watched({ closedRevision: 21 });
    const newer = watched({ closedRevision: 22 });
    for (const { snapshot } of [loading, older, newer]) series.change(snapshot);
    for (let turns = 0; turns < MAX_TURNS; turns++) await turn();
    expect([loading.reads(), older.reads(), newer.reads()]).toEqual([0, 0, 1]);
  });

  it('keeps the newer result when a request still asks for the older bars', () => {
    const newer = watched({ closedRevision: 31 });
    const result = runSteps(results.of(newer.snapshot));
    runSteps(results.of(snapshotOf(candles.slice(0, 500), { closedRevision: 30 })));
    expect(runSteps(results.of(newer.snapshot))).toBe(result);
  });

  it('stops listening and drops what waits when the gateway stops', async () => {
    results.onModuleInit();
    const waiting = watched({ closedRevision: 40 });
    series.change(waiting.snapshot);
    results.onModuleDestroy();
    await turn();
    expect(waiting.reads()).toBe(0);
    expect(series.listeners).toBe(0);
  });
});

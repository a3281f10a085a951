import { Backoff, type Clock, type Random, type Timer } from '../../kernel/index.js';
import type { CandleStore } from '../../persistence/index.js';
import type { PersistedSeries } from '../series/persisted-series.js';

const COLLECT_MS = 200;
const SLICE_BARS = 5000;
const RETRY = { initialMs: 500, maxMs: 10_000 };

/** What a {@link SeriesWriter} works with. */
export interface SeriesWriterDeps {
  readonly store: CandleStore;
  readonly clock: Clock;
  readonly random: Random;
  /** The database refused; writing goes on by itself. Called once per outage. */
  readonly onError: (error: unknown) => void;
}

/**
 * Brings closed bars into the database, off the path of pushes and requests: changes are collected for 200 ms, then
 * written in slices, the series with the fewest bars first, so that a new bar never waits for a first backfill. While the
 * database is away it tries again with growing pauses; a series holds its own backlog, so nothing accumulates.
 */
export class SeriesWriter {
  private readonly waiting = new Set<PersistedSeries>();
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  private retry: Backoff | undefined;
  private closeAtMs = Infinity;

  constructor(private readonly deps: SeriesWriterDeps) {}

  /** Something of `series` must be written. */
  wake(series: PersistedSeries): void {
    if (series.clean) return;
    this.waiting.add(series);
    if (this.timer === undefined && this.running === undefined) this.schedule(COLLECT_MS);
  }

  /** Series with bars that are not written yet. */
  get backlog(): number {
    return this.waiting.size;
  }

  /**
   * Writes all there is now and then stops for good; gives up at the first refusal or after `withinMs`. For shutdown:
   * what is lost is fetched from the terminal again.
   */
  async close(withinMs: number): Promise<void> {
    this.closeAtMs = this.deps.clock.monotonicMs() + withinMs;
    this.timer?.cancel();
    await this.running;
    await this.run();
  }

  private schedule(delayMs: number): void {
    if (this.closeAtMs !== Infinity) return;
    this.timer = this.deps.clock.after(delayMs, () => {
      this.timer = undefined;
      this.running = this.run().finally(() => {
        this.running = undefined;
        if (this.waiting.size > 0 && this.timer === undefined) this.schedule(this.retry?.delayMs ?? COLLECT_MS);
      });
    });
  }

  private async run(): Promise<void> {
    try {
      for (let series = this.smallest(); series !== undefined; series = this.smallest()) {
        if (this.deps.clock.monotonicMs() >= this.closeAtMs) return;
        if (!series.clean) await this.writeSlice(series);
        if (series.clean) this.waiting.delete(series);
      }
      this.retry = undefined;
    } catch (error) {
      if (this.retry === undefined) this.deps.onError(error);
      this.retry = this.retry?.next() ?? Backoff.first(RETRY, this.deps.random);
    }
  }

  private smallest(): PersistedSeries | undefined {
    let best: PersistedSeries | undefined;
    let fewest = Infinity;
    for (const series of this.waiting) {
      const bars = series.unwrittenBars;
      if (bars < fewest) [best, fewest] = [series, bars];
    }
    return best;
  }

  /** Oldest bars first: what is stored stays in one piece wherever this is cut off. */
  private async writeSlice(series: PersistedSeries): Promise<void> {
    const { store } = this.deps;
    if (series.stored === undefined) series.open(await store.openSeries(series.key, series.properties));
    const { id } = series.stored!;
    const slice = series.takeSlice(SLICE_BARS);
    if (slice === undefined) {
      if (!series.startUnmarked) return;
      await store.markReachesStart(id);
      series.markStart();
      return;
    }
    try {
      if (slice.exact) await store.replaceRange(id, { from: slice.deleteFrom, to: slice.to }, slice.bars);
      else await store.write(id, slice.bars);
    } catch (error) {
      series.putBack(slice);
      throw error;
    }
  }
}

import { Backoff, type Clock, type Random, type Timer } from '../../kernel/index.js';
import type { CandleStore } from '../../persistence/index.js';
import type { DirtyRange, PersistedSeries } from '../series/persisted-series.js';

const COLLECT_MS = 200;
const SLICE_BARS = 5000;
const RETRY = { initialMs: 500, maxMs: 10_000 };

/** What a {@link SeriesWriter} works with. */
export interface SeriesWriterDeps {
  readonly store: CandleStore;
  readonly clock: Clock;
  readonly random: Random;
  /** The database refused; writing goes on by itself. Called once per outage. */
  readonly onTrouble: (error: unknown) => void;
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

  /** Something of `link` has to be written. */
  wake(link: PersistedSeries): void {
    if (link.clean) return;
    this.waiting.add(link);
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
      for (let link = this.smallest(); link !== undefined; link = this.smallest()) {
        if (this.deps.clock.monotonicMs() >= this.closeAtMs) return;
        if (!link.clean) await this.writeSlice(link);
        if (link.clean) this.waiting.delete(link);
      }
      this.retry = undefined;
    } catch (error) {
      if (this.retry === undefined) this.deps.onTrouble(error);
      this.retry = this.retry?.next() ?? Backoff.first(RETRY, this.deps.random);
    }
  }

  private smallest(): PersistedSeries | undefined {
    let best: PersistedSeries | undefined;
    let fewest = Infinity;
    for (const link of this.waiting) {
      const bars = link.dirty === undefined ? 0 : barsIn(link, link.dirty).length;
      if (bars < fewest) [best, fewest] = [link, bars];
    }
    return best;
  }

  /** Oldest bars first: what is stored stays in one piece wherever this is cut off. */
  private async writeSlice(link: PersistedSeries): Promise<void> {
    const { store } = this.deps;
    link.stored ??= await store.openSeries(link.key, link.properties);
    const range = writable(link);
    if (range === undefined && link.dirty !== undefined) {
      link.dirty = undefined;
      return;
    }
    if (range === undefined) {
      await store.markReachesStart(link.stored.id);
      link.startMarked = true;
      return;
    }
    const all = barsIn(link, range);
    const slice = all.slice(0, SLICE_BARS);
    const to = slice.length < all.length ? all.time[SLICE_BARS]! : range.to;
    link.dirty = to < range.to ? { ...range, from: to } : undefined;
    try {
      if (range.exact) await store.replaceRange(link.stored.id, { from: exactFrom(link, range), to }, slice);
      else await store.write(link.stored.id, slice);
    } catch (error) {
      link.mark({ ...range, to });
      throw error;
    }
  }
}

/** What must be written, without what must not be yet. */
function writable({ dirty, heldBack }: PersistedSeries): DirtyRange | undefined {
  if (dirty === undefined) return undefined;
  const to = Math.min(dirty.to, heldBack() ?? Infinity);
  return dirty.from < to ? { ...dirty, to } : undefined;
}

function barsIn(link: PersistedSeries, { from, to }: DirtyRange) {
  const bars = link.bars();
  return bars.slice(bars.lowerBound(from), bars.lowerBound(to));
}

/** A full series has dropped its oldest bars; that they are missing in memory is no reason to delete their rows. */
function exactFrom(link: PersistedSeries, range: DirtyRange): number {
  const bars = link.bars();
  return bars.length < link.capacity ? range.from : Math.max(range.from, Math.min(range.to, bars.firstTime!));
}

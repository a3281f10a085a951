import { Bars, gapBetween, timeframeSeconds, type Timeframe } from '../../market/index.js';
import type { CandleStore } from '../../persistence/index.js';
import type { SymbolRoute, TerminalPool } from '../../terminals/index.js';
import { SeriesLoadingError } from '../candles.errors.js';
import type { LiveSeries } from '../series/live-series.js';
import { fetchRange } from '../backfill/backfill-runner.js';
import type { LayerCounter } from '../registry/series-observer.js';
import { tradingHours } from '../series-hours.js';
import type { PersistedSeries } from '../series/persisted-series.js';

/** From where on the rows of a series are known to be all that its terminal has. */
interface Coverage {
  /** Server seconds. */
  from: number;
  /** Open of the oldest covered bar. */
  oldestBar: number;
  /** Nothing is older. */
  start: boolean;
  /** Length of the next step back. */
  slots: number;
  /** {@link PersistedSeries.historyEpoch} when this was found out. */
  readonly historyEpoch: number;
}

/** One step back, in slots of the timeframe. */
const STRETCH_SLOTS = 5000;
const MAX_STRETCH_SLOTS = 50_000;
/** Steps that one request may cost the terminal; the next request goes on from there. */
const MAX_TERMINAL_REQUESTS = 20;

/**
 * Bars from before those in memory: out of the database, and from the terminal where the database has holes or ends.
 * Walks back from memory stretch by stretch; what the terminal adds is stored, so every stretch is asked for once.
 */
export class OlderBars {
  private readonly coverages = new WeakMap<PersistedSeries, Coverage>();

  constructor(
    private readonly pool: TerminalPool,
    private readonly store: CandleStore,
    private readonly layers: LayerCounter,
    /** Open of the oldest bar that the terminal can get, where it tells. */
    private readonly earliest: (route: SymbolRoute, timeframe: Timeframe) => Promise<number | undefined>,
  ) {}

  /**
   * The newest `limit` bars that open before `to`, which is at most the open of the oldest bar in memory.
   * @throws history-loading when more must be fetched than one request may wait for
   */
  async before(live: LiveSeries, to: number, limit: number): Promise<{ bars: Bars; start: boolean }> {
    const seriesId = this.seriesId(live);
    const walk = this.walk(live);
    for (;;) {
      const { from, start } = walk.coverage;
      const bars = await this.store.read(seriesId, { from, to, limit, take: 'newest' });
      if (bars.length >= limit || start) return { bars, start };
      if (!(await walk.back())) {
        return { bars: await this.store.read(seriesId, { to, limit, take: 'newest' }), start: false };
      }
    }
  }

  /** The oldest `limit` bars that open in [from, to); `start` when nothing is older than `from`. @throws as before */
  async since(live: LiveSeries, from: number, to: number, limit: number): Promise<{ bars: Bars; start: boolean }> {
    const seriesId = this.seriesId(live);
    const walk = this.walk(live);
    const far = await this.farBack(live, { from, to, limit }, walk.coverage);
    if (far !== undefined) return far;
    while (walk.coverage.from > from && !walk.coverage.start) if (!(await walk.back())) break;
    const bars = await this.store.read(seriesId, { from, to, limit, take: 'oldest' });
    return { bars, start: walk.coverage.start && from < walk.coverage.oldestBar };
  }

  /**
   * A page from so long ago that walking there would keep the caller waiting: straight from the terminal, and not
   * stored, because rows are to stay in one piece. Undefined when it is not that far, or the terminal cannot help.
   */
  private async farBack(
    live: LiveSeries,
    { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
    coverage: Coverage,
  ): Promise<{ bars: Bars; start: boolean } | undefined> {
    const route = live.route;
    const slot = timeframeSeconds(live.timeframe);
    const near = coverage.from - MAX_TERMINAL_REQUESTS * STRETCH_SLOTS * slot;
    if (route === undefined || coverage.start || from >= near) return undefined;
    const earliest = await this.earliest(route, live.timeframe);
    if (earliest === undefined || earliest >= near) return undefined;
    const found: Bars[] = [];
    let missing = limit;
    let start = Math.max(from, earliest);
    for (let asked = 0; asked < MAX_TERMINAL_REQUESTS && missing > 0 && start < to; asked++) {
      const end = Math.min(to, start + STRETCH_SLOTS * slot);
      if (end > coverage.from) return undefined;
      const { closed } = await fetchRange(this.pool, live, { from: start, to: end });
      this.layers.count('terminal', closed.length > 0 ? 'hit' : 'miss');
      found.push(closed.slice(0, missing));
      missing -= found.at(-1)!.length;
      start = end;
    }
    if (missing > 0 && start < to) return undefined;
    return { bars: Bars.concat(found), start: from < earliest };
  }

  private seriesId(live: LiveSeries): number {
    const stored = live.persisted?.stored;
    // The writer opens the series as soon as the database is there; until then there is nothing but memory.
    if (stored === undefined) throw loading(live);
    return stored.id;
  }

  private walk(live: LiveSeries): { readonly coverage: Coverage; readonly back: () => Promise<boolean> } {
    const persisted = live.persisted!;
    const first = live.bars.closed.firstTime ?? 0;
    const before = this.coverages.get(persisted);
    const coverage =
      before?.historyEpoch === persisted.historyEpoch
        ? before
        : {
            from: first,
            oldestBar: first,
            start: live.reachesStart,
            slots: STRETCH_SLOTS,
            historyEpoch: persisted.historyEpoch,
          };
    this.coverages.set(persisted, coverage);
    let asked = 0;
    const back = async (): Promise<boolean> => {
      if (asked >= MAX_TERMINAL_REQUESTS) throw loading(live);
      const outcome = await this.stepBack(live, coverage);
      if (outcome === 'asked') asked++;
      return outcome !== 'away';
    };
    return { coverage, back };
  }

  /** Makes sure of one more stretch. `away`: rows are in doubt and no terminal is there to ask. */
  private async stepBack(live: LiveSeries, coverage: Coverage): Promise<'known' | 'asked' | 'away'> {
    const { id, reachesStart } = live.persisted!.stored!;
    const to = coverage.from;
    const from = Math.max(0, to - coverage.slots * timeframeSeconds(live.timeframe));
    const rows = await this.store.read(id, { from, to, limit: STRETCH_SLOTS, take: 'newest' });
    const first = reachesStart && !(await this.hasOlder(id, rows.firstTime ?? to));
    if (joins(rows, coverage.oldestBar, live) || (rows.length === 0 && first)) {
      this.layers.count('store', 'hit');
      advance(coverage, { from, rows: [rows], start: first });
      return 'known';
    }
    this.layers.count('store', 'miss');
    if (live.route === undefined) return 'away';
    // Renamed meanwhile: the terminal would tell another instrument's bars.
    if (live.persisted?.stored?.id !== id) throw loading(live);
    const fetched = await fetchRange(this.pool, live, { from, to });
    this.layers.count('terminal', fetched.closed.length > 0 ? 'hit' : 'miss');
    if (fetched.closed.length > 0) await this.store.write(id, fetched.closed);
    const start = from === 0 || fetched.reachesStart;
    if (start) await this.store.markReachesStart(id);
    advance(coverage, { from, rows: [rows, fetched.closed], start });
    return 'asked';
  }

  private async hasOlder(seriesId: number, time: number): Promise<boolean> {
    return (await this.store.read(seriesId, { to: time, limit: 1, take: 'newest' })).length > 0;
  }
}

function advance(coverage: Coverage, to: { from: number; rows: readonly Bars[]; start: boolean }): void {
  const oldest = Math.min(...to.rows.map((rows) => rows.firstTime ?? Infinity));
  // A terminal may answer with a part: the next step begins where bars really begin.
  coverage.from = oldest === Infinity ? to.from : oldest;
  coverage.start = to.start;
  if (oldest < coverage.oldestBar) coverage.oldestBar = oldest;
  // Where nothing is, longer steps lead back to where something may be.
  coverage.slots = oldest === Infinity ? Math.min(MAX_STRETCH_SLOTS, coverage.slots * 4) : STRETCH_SLOTS;
}

/** Whether rows run without a gap up to the bar that opens at `next`. */
function joins(rows: Bars, next: number, live: LiveSeries): boolean {
  if (rows.length === 0) return false;
  const hours = tradingHours(live.snapshot());
  const times = [...rows.time, next];
  return times.every((time, i) => i === 0 || gapBetween(times[i - 1]!, time, live.timeframe, hours) === undefined);
}

function loading(live: LiveSeries): SeriesLoadingError {
  return new SeriesLoadingError(live.snapshot(), 'history');
}

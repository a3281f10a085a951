import { Bars, sameBar, timeframeSeconds, type SeriesChange } from '../../market/index.js';
import type { SymbolRoute, TerminalPool } from '../../terminals/index.js';
import { BackfillRefusedError } from '../candles.errors.js';
import type { LiveSeries } from '../series/live-series.js';
import { missingRuns, type MissingRun } from './missing-runs.js';
import { fetchRange } from '../backfill/backfill-runner.js';

/** One request, in slots of the timeframe; as there is at most one bar in a slot, also the most bars. */
const CHUNK_SLOTS = 5000;
/** So far beyond the compared bars a neighbor is looked for: more than a weekend of minutes. */
const NEIGHBOR_SLOTS = 3000;

/** The result of comparing a series with its terminal. */
export type Verification =
  | { readonly outcome: 'same'; readonly compared: number }
  /** The series is corrected. */
  | { readonly outcome: 'different'; readonly compared: number; readonly change: SeriesChange }
  /** The bars changed while they were compared, or another terminal came; nothing was found out. */
  | { readonly outcome: 'overtaken' }
  /** Not all bars could be compared; none was deleted. */
  | { readonly outcome: 'failed'; readonly error: unknown };

/** A comparison in progress. */
interface Comparison {
  readonly live: LiveSeries;
  readonly route: SymbolRoute;
  readonly known: Bars;
  /** Slots of bars that the terminal gave and that cannot be used: they say nothing of the others. */
  readonly refused: Set<number>;
}

/** A backfill, a push or another route changed the bars while they were compared; the result is void. */
class ComparisonOvertaken extends Error {}

/**
 * Compares all closed bars of a series with its terminal, and corrects them. It finds rewritten history that was not
 * announced, or whose announcement was lost.
 *
 * A terminal that loads its history answers with a part, so a bar that is not in an answer is not gone yet: it is
 * deleted only if a second request, for just the place where it was, shows the neighbors on both sides and not the
 * bar. What cannot be proved so stays.
 */
export class SeriesVerifier {
  constructor(private readonly pool: TerminalPool) {}

  /** Undefined when there is nothing to compare now. Never throws. */
  async verify(live: LiveSeries): Promise<Verification | undefined> {
    const [route, known] = [live.route, live.comparable];
    if (route === undefined || known === undefined || known.length === 0) return undefined;
    try {
      return await this.compare({ live, route, known, refused: new Set() });
    } catch (error) {
      if (error instanceof ComparisonOvertaken || live.route !== route) return { outcome: 'overtaken' };
      return { outcome: 'failed', error };
    }
  }

  private async compare(comparison: Comparison): Promise<Verification> {
    const { live, known } = comparison;
    const answered = await this.readAll(comparison);
    let doubtful = 0;
    for (const run of missingRuns(known, answered, CHUNK_SLOTS - NEIGHBOR_SLOTS)) {
      if (!(await this.isGone(comparison, answered, run))) doubtful++;
    }
    mustStillHold(comparison);
    const range = { from: known.firstTime!, to: known.lastTime! + 1 };
    const refused = [...comparison.refused].filter((time) => time >= range.from && time < range.to);
    const change = live.correct(range, answered, { kept: doubtful > 0, refused });
    if (change !== undefined) return { outcome: 'different', compared: answered.length, change };
    if (doubtful === 0) return { outcome: 'same', compared: answered.length };
    const what = `the terminal told ${answered.length} of ${known.length} known bars, and the others are not known to be gone`;
    return { outcome: 'failed', error: new BackfillRefusedError(`${live.symbol} ${live.timeframe}: ${what}`) };
  }

  /** The bars that the terminal has where the known ones are, oldest chunk first. */
  private async readAll(comparison: Comparison): Promise<Bars> {
    const { live, known } = comparison;
    const chunk = CHUNK_SLOTS * timeframeSeconds(live.timeframe);
    const end = known.lastTime! + 1;
    const answered: Bars[] = [];
    for (let from = known.firstTime!; from < end; from += chunk) {
      answered.push(await this.read(comparison, { from, to: Math.min(end, from + chunk) }));
    }
    return Bars.concat(answered);
  }

  /** Whether bars that were not in an answer are really gone; see above. */
  private async isGone(comparison: Comparison, answered: Bars, run: MissingRun): Promise<boolean> {
    const { live, known } = comparison;
    if (run.tooLong || tells(comparison, run)) return false;
    const slack = NEIGHBOR_SLOTS * timeframeSeconds(live.timeframe);
    // Beyond the ends of what is compared any bar will do as a neighbor.
    const from = run.before ?? Math.max(0, known.firstTime! - slack);
    const to = (run.after ?? known.lastTime! + slack) + 1;
    const again = await this.read(comparison, { from, to });
    if (again.length === 0 || again.firstTime! >= run.first || again.lastTime! <= run.last) return false;
    if (tells(comparison, run)) return false;
    return sameTimes(within(again, run), within(answered, run));
  }

  private async read(comparison: Comparison, range: { from: number; to: number }): Promise<Bars> {
    const { live, route } = comparison;
    const { closed, refused } = await fetchRange(this.pool, live, { ...range, priority: 'bulk' });
    if (live.route !== route || live.comparable === undefined) throw new ComparisonOvertaken();
    for (const time of refused) comparison.refused.add(time);
    return closed;
  }
}

/** Bars that closed meanwhile, and old ones that made room for them, do not matter; any other change does. */
function mustStillHold({ live, known }: Comparison): void {
  const now = live.comparable ?? Bars.EMPTY;
  const from = known.lowerBound(now.firstTime ?? Infinity);
  const [before, after] = [known.slice(from), now.slice(0, now.lowerBound(known.lastTime! + 1))];
  if (before.length === 0 || !sameBars(before, after)) throw new ComparisonOvertaken();
}

/** The terminal has a bar in the run, although one that cannot be used. */
function tells({ refused }: Comparison, { first, last }: MissingRun): boolean {
  return [...refused].some((time) => time >= first && time <= last);
}

function within(bars: Bars, { first, last }: MissingRun): Float64Array {
  return bars.time.subarray(bars.lowerBound(first), bars.lowerBound(last + 1));
}

function sameBars(a: Bars, b: Bars): boolean {
  return a.length === b.length && a.time.every((_, i) => sameBar(a, i, b, i));
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((time, i) => time === b[i]);
}

import type { Steps } from '../../kernel/index.js';
import { type Bars, findGaps, type Gap, gapBetween, MAX_GAPS, type TradingHours } from '../../market/index.js';
import { reasonSteps } from './gap-reason.js';
import type { ReturnedBars } from './returned-bars.js';
import type { SeriesSnapshot } from '../series-registry.js';
import { tradingHoursSteps } from '../series-hours.js';

/** Bars that are searched in one step; each of them may have a gap before it. */
const STEP_BARS = 100;
/** Gaps that are given their reason in one step. */
const STEP_GAPS = 100;

/** The newest gaps of a run of bars, searched as far back as any answer needed. */
interface Search {
  readonly hours: TradingHours;
  /** Index of the bar down to which gaps are known. */
  from: number;
  /** Newest first. */
  readonly gaps: Gap[];
}

/** Searches of closed bars in memory, which most answers end with. */
const SEARCHES = new WeakMap<Bars, Search>();

/** The gaps of an answer, oldest first, at most the newest 1000, in steps of well under a millisecond. */
export function* gapSteps(snapshot: SeriesSnapshot, returned: ReturnedBars): Steps<Gap[]> {
  const hours = yield* tradingHoursSteps(snapshot);
  const gaps = yield* closedGaps(snapshot, returned, hours);
  const last = formingGap(snapshot, returned, hours);
  if (last !== undefined) gaps.push(last);
  for (let i = 0; i < gaps.length; i++) {
    gaps[i] = yield* reasonSteps(gaps[i]!, snapshot, hours);
    if (i % STEP_GAPS === STEP_GAPS - 1) yield;
  }
  return gaps;
}

function* closedGaps(
  { closed: memory, timeframe }: SeriesSnapshot,
  { closed, first }: ReturnedBars,
  hours: TradingHours,
): Steps<Gap[]> {
  const oldest = closed.time[first];
  if (oldest === undefined) return [];
  const isTail = closed.lastTime === memory.lastTime && oldest >= (memory.firstTime ?? Infinity);
  const bars = isTail ? memory : closed.slice(first);
  const search = isTail ? keptSearch(bars, hours) : newSearch(bars, hours);
  const from = isTail ? bars.lowerBound(oldest) : 0;
  while (search.from > from && search.gaps.length < MAX_GAPS) {
    const start = Math.max(from, search.from - STEP_BARS);
    const older = findGaps(bars.slice(start, search.from + 1), timeframe, hours);
    search.gaps.push(...older.reverse());
    search.from = start;
    yield;
  }
  return search.gaps
    .slice(0, MAX_GAPS)
    .filter(({ after }) => after >= oldest)
    .reverse();
}

function newSearch({ length }: Bars, hours: TradingHours): Search {
  return { hours, from: length - 1, gaps: [] };
}

function keptSearch(bars: Bars, hours: TradingHours): Search {
  const known = SEARCHES.get(bars);
  if (known?.hours === hours) return known;
  const search = newSearch(bars, hours);
  SEARCHES.set(bars, search);
  return search;
}

/** The gap between the last closed bar and the forming one. */
function formingGap(
  { timeframe }: SeriesSnapshot,
  { closed, first, forming }: ReturnedBars,
  hours: TradingHours,
): Gap | undefined {
  if (forming === undefined || closed.length <= first) return undefined;
  return gapBetween(closed.lastTime!, forming.time, timeframe, hours);
}

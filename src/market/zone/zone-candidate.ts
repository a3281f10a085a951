import { forexWeekend } from './forex-week.js';
import { RuleZone } from './rule-zone.js';
import { hourOf, type WeekendEdges } from './weekend-edges.js';
import type { OffsetSighting, ZoneEvidence } from './zone-evidence.js';
import { formatZoneRule, type SummerDates, type ZoneRule } from './zone-rule.js';

/** What a piece of evidence says about a rule. */
export type Verdict = 'fits' | 'contradicts' | 'silent';

/** One week of trading; no broker moves its clock within it. */
export interface TradedWeek {
  /** Midnight at the beginning of the Saturday before it. */
  readonly saturday: number;
  /** Hours of its first and last bar, where they are known. */
  readonly first?: number;
  readonly last?: number;
}

/** A rule that a server may follow. */
export interface ZoneCandidate {
  readonly name: string;
  readonly zone: RuleZone;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** Brokers move their clocks somewhere within the weekend of a switch. */
const NEAR_SWITCH = 2 * DAY;
/** An edge this far inside the week is a holiday or a hole and says nothing about the clock. */
const HOLIDAY = 3 * HOUR;
/** Noise suggests rules too; the ones with the most evidence are enough. */
const MAX_CANDIDATES = 16;

/** The rules that the evidence suggests: for each seen offset, a fixed one and summer time on the dates of EU and US. */
export function candidatesOf({ sightings, weekends }: ZoneEvidence): ZoneCandidate[] {
  const counts = new Map<string, { readonly rule: ZoneRule; count: number }>();
  const suggest = (offset: number, time: number, weight: number): void => {
    for (const rule of rulesAt(offset, time)) {
      const name = formatZoneRule(rule);
      const known = counts.get(name) ?? { rule, count: 0 };
      counts.set(name, { rule, count: known.count + weight });
    }
  };
  for (const { offset, from, to } of sightings) {
    for (const time of [from, to]) suggest(offset, time, weekends.length + 1);
  }
  for (const edges of weekends) {
    const offset = offsetOf(edges);
    if (offset !== undefined) suggest(offset, edges.first, 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, MAX_CANDIDATES)
    .map(([name, { rule }]) => ({ name, zone: new RuleZone(rule) }));
}

/** Whether a rule fits an offset that terminals reported. */
export function judgeSighting({ zone }: ZoneCandidate, { offset, from, to }: OffsetSighting): Verdict {
  const times = [from - NEAR_SWITCH, (from + to) / 2, to + NEAR_SWITCH];
  return times.some((time) => zone.offsetAt(time) === offset) ? 'fits' : 'contradicts';
}

/**
 * For each edge of a week whether a rule puts the open or the close of the currency market where the server's bars have
 * it. Brokers may cut off what lies outside of Monday to Friday, so an edge at server midnight says nothing where the
 * market reaches over it.
 */
export function judgeWeek({ zone }: ZoneCandidate, { saturday, first, last }: TradedWeek): Verdict[] {
  const verdicts: Verdict[] = [];
  if (first !== undefined) {
    const open = hourOf(zone.fromUtc(forexWeekend(saturday).open));
    const monday = saturday + 2 * DAY;
    verdicts.push(edgeVerdict(first - open, first === monday && open < monday));
  }
  if (last !== undefined) {
    const close = hourOf(zone.fromUtc(forexWeekend(saturday + WEEK).close) - 1);
    const friday = saturday + WEEK - HOUR;
    verdicts.push(edgeVerdict(close - last, last === friday && close > friday));
  }
  return verdicts;
}

/** @param inside seconds from the market's edge to the bar's, into the week */
function edgeVerdict(inside: number, cutOff: boolean): Verdict {
  if (inside === 0) return 'fits';
  return cutOff || inside >= HOLIDAY ? 'silent' : 'contradicts';
}

/** The offset in which a weekend's edges agree; undefined when they do not. */
function offsetOf({ saturday, last, first }: WeekendEdges): number | undefined {
  const { close, open } = forexWeekend(saturday);
  const offset = first - open;
  return offset === last + HOUR - close ? offset : undefined;
}

function rulesAt(offset: number, time: number): ZoneRule[] {
  return [{ kind: 'fixed', offset }, summerRule('EU', offset, time), summerRule('US', offset, time)];
}

function summerRule(dates: SummerDates, offset: number, time: number): ZoneRule {
  const probe = new RuleZone({ kind: 'summer-time', dates, standard: 0, summer: HOUR });
  const standard = offset - probe.offsetAt(time - offset)!;
  return { kind: 'summer-time', dates, standard, summer: standard + HOUR };
}

export function weeksOf(weekends: readonly WeekendEdges[]): TradedWeek[] {
  const weeks = new Map<number, TradedWeek>();
  const add = (saturday: number, edge: Partial<TradedWeek>): void => {
    weeks.set(saturday, { ...weeks.get(saturday), ...edge, saturday });
  };
  for (const { saturday, last, first } of weekends) {
    add(saturday - WEEK, { last });
    add(saturday, { first });
  }
  return [...weeks.values()];
}

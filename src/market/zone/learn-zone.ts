import { KnownZone } from './known-zone.js';
import { clipSpans, type OffsetSpan, type ServerZone, UNKNOWN_ZONE } from './server-zone.js';
import { candidatesOf, judgeSighting, judgeWeek, weeksOf, type ZoneCandidate } from './zone-candidate.js';
import type { OffsetSighting, ZoneEvidence } from './zone-evidence.js';

/** What the evidence says of a server's clock. */
export interface LearnedZone {
  readonly zone: ServerZone;
  /** The rules that hold at the newest evidence, as text; several when it does not distinguish them. */
  readonly rules: readonly string[];
  /** Server time of the first known offset; undefined when none is known. */
  readonly knownFrom: number | undefined;
}

/** Evidence for a short time: at most a week. */
interface Clue {
  readonly from: number;
  readonly to: number;
  /** Cost of contradicting it, by rule. */
  readonly costs: readonly number[];
}

const DAY = 86_400;
const WEEK = 7 * DAY;
/** A sighting holds for this long afterwards: heartbeats come all the time and are noted only now and then. */
const REACH_OF_SIGHTING = 2 * DAY;
/** Between pieces of evidence that lie farther apart the offset is unknown, even where one rule fits both. */
const MAX_BETWEEN = 60 * DAY;
const EDGE_COST = 1;
const SIGHTING_COST = 10;
/** A broker that changes its rule is as likely as two edges of weeks that mislead. */
const CHANGE_COST = 2;

/**
 * The offsets of a server over time, as the evidence decides them: the cheapest explanation by rules (a fixed offset,
 * summer time of Europe, summer time of the United States) that may change from one to another. Where several are as
 * cheap and differ, and where there is no evidence near, the offset is unknown.
 */
export function learnZone(evidence: ZoneEvidence): LearnedZone {
  const candidates = candidatesOf(evidence);
  const clues = cluesOf(evidence, candidates);
  const plausible = plausibleRules(clues, candidates.length);
  const explained = explain(clues, plausible, candidates);
  const zone = new KnownZone(withSightings(explained, evidence.sightings));
  const newest = plausible.at(-1) ?? [];
  return {
    zone: zone.pieces.length === 0 ? UNKNOWN_ZONE : zone,
    rules: newest.map((index) => candidates[index]!.name),
    knownFrom: zone.pieces[0]?.from,
  };
}

/** Where no rule fits, evidence is about something else (a stray bar, an early close) and is no clue. */
function cluesOf({ sightings, weekends }: ZoneEvidence, candidates: readonly ZoneCandidate[]): Clue[] {
  const clues: Clue[] = [];
  for (const piece of sightings.flatMap(weekly)) {
    const verdicts = candidates.map((candidate) => judgeSighting(candidate, piece));
    const costs = verdicts.map((verdict) => (verdict === 'fits' ? 0 : SIGHTING_COST));
    if (verdicts.includes('fits')) clues.push({ from: piece.from, to: piece.to, costs });
  }
  for (const week of weeksOf(weekends)) {
    const verdicts = candidates.map((candidate) => judgeWeek(candidate, week));
    const costs = verdicts.map((edges) => EDGE_COST * edges.filter((verdict) => verdict === 'contradicts').length);
    const from = week.saturday + DAY / 2;
    const fits = verdicts.some((edges) => edges.includes('fits') && !edges.includes('contradicts'));
    if (fits) clues.push({ from, to: from + WEEK, costs });
  }
  return clues.sort((a, b) => middle(a) - middle(b));
}

function weekly({ offset, from, to }: OffsetSighting): OffsetSighting[] {
  const pieces: OffsetSighting[] = [];
  for (let start = from; start <= to; start += WEEK) {
    pieces.push({ offset, from: start, to: Math.min(to, start + WEEK) });
  }
  return pieces;
}

/** For each clue, the rules (indexes) that one of the cheapest explanations of all clues has there. */
function plausibleRules(clues: readonly Clue[], count: number): number[][] {
  const before = costsUpTo(clues, count);
  const after = costsUpTo(clues.toReversed(), count).toReversed();
  return clues.map((clue, i) => {
    const total = clue.costs.map((cost, rule) => before[i]![rule]! + after[i]![rule]! - cost);
    const least = Math.min(...total);
    return [...total.keys()].filter((rule) => total[rule] === least);
  });
}

/** Lowest cost of the clues up to and including each one, by the rule that holds there. */
function costsUpTo(clues: readonly Clue[], count: number): number[][] {
  let costs: number[] = Array.from({ length: count }, () => 0);
  return clues.map((clue) => {
    const least = Math.min(...costs) + CHANGE_COST;
    costs = clue.costs.map((cost, rule) => Math.min(costs[rule]!, least) + cost);
    return costs;
  });
}

/** The offsets in which all rules agree that are plausible at a time: at its clue, or at the clues before and behind. */
function explain(clues: readonly Clue[], plausible: readonly number[][], candidates: readonly ZoneCandidate[]) {
  const stretches: Stretch[] = [];
  clues.forEach(({ from, to }, i) => {
    const previous = stretches.at(-1);
    const end = previous?.to ?? -Infinity;
    if (previous !== undefined && from > end && from - end <= MAX_BETWEEN) {
      extend(stretches, { from: end, to: from, rules: [...new Set([...plausible[i - 1]!, ...plausible[i]!])] });
    }
    extend(stretches, { from: Math.max(from, end), to, rules: plausible[i]! });
  });
  return stretches.flatMap(({ from, to, rules }, i) => {
    const pieces = agreement(rules.map((index) => candidates[index]!.zone.spans(from, to - 1)));
    return stretches[i + 1]?.from === to ? pieces : [...pieces, { from: to, offset: undefined }];
  });
}

/** A time for which the same rules are plausible. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly rules: readonly number[];
}

function extend(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  if (next.from >= next.to) return;
  if (last?.to === next.from && String(last.rules) === String(next.rules)) {
    stretches[stretches.length - 1] = { ...last, to: next.to };
  } else stretches.push(next);
}

/** Spans over the same time as one list; unknown where they differ. */
function agreement(lists: readonly (readonly OffsetSpan[])[]): OffsetSpan[] {
  const times = [...new Set(lists.flatMap((spans) => spans.map(({ from }) => from)))].sort((a, b) => a - b);
  return times.map((from) => {
    const offsets = new Set(lists.map((spans) => spans.findLast((span) => span.from <= from)?.offset));
    return { from, offset: offsets.size === 1 ? [...offsets][0] : undefined };
  });
}

/** Sightings of terminals win over rules. */
function withSightings(pieces: readonly OffsetSpan[], sightings: readonly OffsetSighting[]): OffsetSpan[] {
  let result = [...pieces];
  sightings.forEach(({ offset, from, to }, i) => {
    const isNewest = i === sightings.length - 1;
    const end = (isNewest ? to + REACH_OF_SIGHTING : to) + 1;
    const behind = clipSpans(result, end, end);
    result = [
      ...result.filter((piece) => piece.from < from),
      { from, offset },
      ...behind,
      ...result.filter((piece) => piece.from > end),
    ];
  });
  return result;
}

function middle({ from, to }: { readonly from: number; readonly to: number }): number {
  return Math.floor((from + to) / 2);
}

import type { Steps } from '../../kernel/index.js';
import type { Candidate, Chart } from './chart.js';
import { lineValue } from './line.js';

/** Candidates per step. */
const STEP_CANDIDATES = 5000;

/**
 * Picks the best candidates of one kind, best first: by score, then the later `b`, then the later `a`; drops one that
 * is too near to a better picked one. Picks the best remaining one a few times instead of sorting thousands, in steps
 * of well under a millisecond.
 */
export function* pickBest(candidates: readonly Candidate[], chart: Chart): Steps<Candidate[]> {
  const picked: Candidate[] = [];
  let remaining = candidates;
  while (picked.length < chart.settings.linesPerKind && remaining.length > 0) {
    const best = yield* leaderOf(remaining);
    picked.push(best);
    remaining = yield* apartFrom(best, remaining, chart);
  }
  return picked;
}

/** The best of at least one candidate. */
function* leaderOf(candidates: readonly Candidate[]): Steps<Candidate> {
  let leader = candidates[0]!;
  for (let i = 1; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (isBetter(candidate, leader)) leader = candidate;
    if (i % STEP_CANDIDATES === 0) yield;
  }
  return leader;
}

function* apartFrom(best: Candidate, candidates: readonly Candidate[], chart: Chart): Steps<Candidate[]> {
  const apart: Candidate[] = [];
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (candidate !== best && !isTooNear(candidate, best, chart)) apart.push(candidate);
    if (i % STEP_CANDIDATES === STEP_CANDIDATES - 1) yield;
  }
  return apart;
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  if (one.b !== other.b) return one.b > other.b;
  return one.a > other.a;
}

/** True when the lines are nearer than the separation both at the newest bar and at the start of the later one. */
function isTooNear(one: Candidate, other: Candidate, { last, atr, settings }: Chart): boolean {
  const separation = settings.minSeparationAtr * atr;
  return isNearer(one, other, last, separation) && isNearer(one, other, Math.max(one.a, other.a), separation);
}

function isNearer(one: Candidate, other: Candidate, index: number, separation: number): boolean {
  return Math.abs(lineValue(one, index) - lineValue(other, index)) < separation;
}

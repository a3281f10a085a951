import type { Candidate, Chart } from './chart.js';
import { lineValue } from './line.js';

/**
 * The best candidates of one kind, best first: by score, then the later `b`, then the later `a`; one that is too near to
 * a better one that was picked is left out. Picks the best remaining one a few times instead of sorting thousands.
 */
export function pickBest(candidates: readonly Candidate[], chart: Chart): Candidate[] {
  const picked: Candidate[] = [];
  let remaining = candidates;
  while (picked.length < chart.settings.linesPerKind && remaining.length > 0) {
    const best = remaining.reduce((leader, candidate) => (isBetter(candidate, leader) ? candidate : leader));
    picked.push(best);
    remaining = remaining.filter((candidate) => candidate !== best && !isTooNear(candidate, best, chart));
  }
  return picked;
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  if (one.b !== other.b) return one.b > other.b;
  return one.a > other.a;
}

/** Nearer than the separation both at the newest bar and where the later of the two lines begins. */
function isTooNear(one: Candidate, other: Candidate, { last, atr, settings }: Chart): boolean {
  const separation = settings.minSeparationAtr * atr;
  return isNearer(one, other, last, separation) && isNearer(one, other, Math.max(one.a, other.a), separation);
}

function isNearer(one: Candidate, other: Candidate, index: number, separation: number): boolean {
  return Math.abs(lineValue(one, index) - lineValue(other, index)) < separation;
}

import type { Bars } from '../../market/index.js';

/** Known bars that an answer does not have, near enough to each other to be asked for in one request. Server seconds. */
export interface MissingRun {
  readonly first: number;
  readonly last: number;
  /** The neighbors that the answer has; undefined where it ends. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** More bars than one request may ask for. */
  readonly tooLong: boolean;
}

/** The bars of `known` that `answered` lacks, oldest first, in runs of at most `most` bars, neighbors included. */
export function missingRuns(known: Bars, answered: Bars, most: number): MissingRun[] {
  const runs: MissingRun[] = [];
  for (const time of known.time) {
    const at = answered.lowerBound(time);
    if (answered.time[at] === time) continue;
    const last = runs.at(-1);
    const start = last === undefined ? Infinity : last.first;
    const span = known.lowerBound(time) - known.lowerBound(start) + 3;
    const after = answered.time[at];
    if (last !== undefined && (span <= most || last.after === after)) {
      runs[runs.length - 1] = { ...last, last: time, after, tooLong: span > most };
    } else {
      runs.push({ first: time, last: time, before: answered.time[at - 1], after, tooLong: false });
    }
  }
  return runs;
}

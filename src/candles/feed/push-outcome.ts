/** What became of a push. Closed: it is a label of a metric. */
export const PUSH_OUTCOMES = [
  /** Its bars are in the series. */
  'applied',
  /** Its number shows that pushes before it never came. Its bars are fetched. */
  'lost',
  /** It carries the number of the push before it. Its bars are fetched. */
  'repeated',
  /** Its number is lower than that of the push before it, and no wrap. Its bars are fetched. */
  'backwards',
  /** A bar is implausible or does not join the known ones. Its bars are fetched. */
  'unfit',
  /** A backfill is due that brings its bars. */
  'backfill',
  /** It came before the newest bars were asked for; the answer is newer. */
  'superseded',
  /** Too many came during one backfill; the oldest was dropped, and its bars are fetched. */
  'overflow',
  /** The series is not complete yet, is polled, or its backfill failed; a backfill brings its bars. */
  'loading',
  /** The gateway keeps no series of that symbol and timeframe, or another session feeds it. */
  'not-served',
] as const;

/** One of {@link PUSH_OUTCOMES}. */
export type PushOutcome = (typeof PUSH_OUTCOMES)[number];

/** A push and the verdict on it. */
export interface JudgedPush {
  readonly outcome: PushOutcome;
  /** What is wrong with it, for the log. */
  readonly detail: string | undefined;
  /** Open of its newest bar, server seconds; only when it was applied. */
  readonly newestBar: number | undefined;
}

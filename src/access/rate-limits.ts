/** Whose requests are counted, and how many are allowed. */
export interface RateSubject {
  readonly accountId: string;
  /** Requests per window. */
  readonly quota: number;
}

/** Where an account stands in the current window. */
export interface RateState {
  readonly remaining: number;
  /** Until the window ends, milliseconds. */
  readonly resetMs: number;
}

/** One request that was counted before its answer is known. */
export interface Reservation {
  /** Gives the request back, once, and only to the window that it was taken from. */
  refund(): Promise<void>;
}

/** Counts requests per account and minute (port). In memory today; a shared counter can take its place. */
export abstract class RateLimits {
  /** Counts one request before it is served; undefined when the quota is used up. */
  abstract reserve(subject: RateSubject): Promise<Reservation | undefined>;
  /** Counts one request after the fact, for answers that cost although they were never reserved; never refuses. */
  abstract charge(subject: RateSubject): Promise<void>;
  /** Looks without counting. */
  abstract state(subject: RateSubject): Promise<RateState>;
}

/** Length of the window, milliseconds. */
export const WINDOW_MS = 60_000;

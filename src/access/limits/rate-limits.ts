/** Names of the limits on requests per time. */
export type WindowName = 'minute' | 'day';

/** How many requests are allowed per window of time. */
export interface WindowPolicy {
  readonly name: WindowName;
  /** Requests per window. */
  readonly quota: number;
  /** Length of the window, milliseconds. */
  readonly windowMs: number;
}

/** Whose requests are counted, and how many are allowed. */
export interface RateSubject {
  readonly accountId: string;
  /** All of them must allow a request; shortest window first. */
  readonly windows: readonly WindowPolicy[];
  /** Concurrent requests; undefined = no limit, which no tier has. */
  readonly concurrent: number | undefined;
}

/** Where an account stands in the current window of one policy. */
export interface WindowState {
  readonly policy: WindowPolicy;
  readonly remaining: number;
  /** Until the window ends, milliseconds; the whole length when none has begun. */
  readonly resetMs: number;
}

/** Where an account stands. */
export interface RateState {
  /** One per policy of the subject, in the same order. */
  readonly windows: readonly WindowState[];
  /** Requests that were admitted and not released. */
  readonly running: number;
}

/** One request that was counted before its answer is known. Both calls work once, in any order. */
export interface Reservation {
  /** Gives the request back, only to the windows that it was taken from. */
  refund(): Promise<void>;
  /** The request is over, however it ended: frees its place among the running ones. */
  release(): Promise<void>;
}

/** Whether a request may run. A refusal took nothing and names everything that stands in the way. */
export type Admission =
  | { readonly admitted: true; readonly reservation: Reservation }
  | {
      readonly admitted: false;
      /** The windows in which nothing is left. */
      readonly exhausted: readonly WindowState[];
      /** As many requests as are allowed concurrently are running. */
      readonly atConcurrencyLimit: boolean;
    };

/** Counts requests per account, in windows of time and while they run (port). In memory; a shared store can follow. */
export abstract class RateLimits {
  /** Counts one request before it is served, in every window and among the running ones, or nowhere. */
  abstract reserve(subject: RateSubject): Promise<Admission>;
  /** Counts one request after the fact, for answers that cost although they were never reserved; never refuses. */
  abstract charge(subject: RateSubject): Promise<void>;
  /** Looks without counting. */
  abstract state(subject: RateSubject): Promise<RateState>;
}

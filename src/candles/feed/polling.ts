import type { Clock } from '../../kernel/index.js';

/** A series whose bridge does not push is polled this often, and when its forming bar is over. */
const POLL_INTERVAL_MS = 5000;
/** A bar that should be over and is still forming is not asked for more often than this. */
const MIN_POLL_MS = 1000;

/** Whether a series waits for pushes or asks for its bars, in one session of its terminal. */
export class Polling {
  /** Monotonic milliseconds from which on SUBSCRIBE may be tried again; undefined until it was refused. */
  private subscribeAtMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    /** Whether the session's pushes are numbered already. */
    private readonly isSubscribed: () => boolean,
  ) {}

  /** Whether SUBSCRIBE is due: pushes are not numbered yet, and the bridge has not asked for a longer pause. */
  get maySubscribe(): boolean {
    if (this.isSubscribed()) return false;
    return this.subscribeAtMs === undefined || this.clock.monotonicMs() >= this.subscribeAtMs;
  }

  /** Whether the terminal is asked for bars because it does not push them. */
  get active(): boolean {
    return this.subscribeAtMs !== undefined && !this.isSubscribed();
  }

  /** The bridge does not push this series: SUBSCRIBE is not tried again within `delayMs`. */
  beginFor(delayMs: number): void {
    this.subscribeAtMs = this.clock.monotonicMs() + delayMs;
  }

  /** Real milliseconds until the next poll; `closesInMs` is when the forming bar is over, if one is. */
  delayMs(closesInMs = POLL_INTERVAL_MS): number {
    return Math.min(POLL_INTERVAL_MS, Math.max(MIN_POLL_MS, Math.ceil(closesInMs)));
  }

  /** The session is over. */
  forget(): void {
    this.subscribeAtMs = undefined;
  }
}

/** A scheduled callback; disposing it before it fires cancels it. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time in the gateway (port). Production uses {@link SystemClock}; tests use a manual clock, so they
 * never wait for real time.
 */
export abstract class Clock {
  /** Wall clock, milliseconds since the Unix epoch (UTC). May jump when the host's clock is set. */
  abstract nowMs(): number;
  /** Milliseconds from an arbitrary origin; never goes backwards. Use it for ages, deadlines and durations. */
  abstract monotonicMs(): number;
  /** Calls `callback` once after `delayMs`. The timer does not keep the process alive. */
  abstract after(delayMs: number, callback: () => void): Timer;
  /** Calls `callback` every `periodMs` until canceled. The timer does not keep the process alive. */
  abstract every(periodMs: number, callback: () => void): Timer;
}

/** Resolves after `delayMs` of the given clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** Settles as `work` does, or with `late` when that takes longer than `limitMs` of the given clock. */
export async function within<T, Late = undefined>(
  clock: Clock,
  limitMs: number,
  work: Promise<T>,
  late?: Late,
): Promise<T | Late> {
  let limit: Timer | undefined;
  const expired = new Promise<Late>((resolve) => {
    limit = clock.after(limitMs, () => resolve(late as Late));
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    limit?.cancel();
  }
}

/** The host's clock and timers. */
export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  after(delayMs: number, callback: () => void): Timer {
    const timeout = setTimeout(callback, delayMs).unref();
    return { cancel: () => clearTimeout(timeout) };
  }

  every(periodMs: number, callback: () => void): Timer {
    const interval = setInterval(callback, periodMs).unref();
    return { cancel: () => clearInterval(interval) };
  }
}

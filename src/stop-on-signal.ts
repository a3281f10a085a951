import type { Clock } from './kernel/index.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * One Ctrl-C reaches the program up to three times: from the terminal, from npm, and as the end of its parent. What comes
 * within this time of the first signal counts as the same signal, milliseconds.
 */
const SAME_SIGNAL_MS = 1000;

/** What the stop needs of the process. */
export interface StoppableProcess {
  on(event: (typeof SIGNALS)[number] | 'disconnect', listener: () => void): unknown;
}

/** How a program stops. */
export interface Stop {
  /** Ends everything in order. Called once. */
  readonly gently: () => void;
  /** Ends the program immediately, whatever is open. */
  readonly byForce: () => void;
}

/** Stops in order on a signal, or when the process that started it over IPC is gone; a second signal forces the end. */
export function stopOnSignal(source: StoppableProcess, { gently, byForce }: Stop, clock: Clock): void {
  let stoppingSinceMs: number | undefined;
  const stop = (): void => {
    if (stoppingSinceMs !== undefined) return;
    stoppingSinceMs = clock.monotonicMs();
    gently();
  };
  const signaled = (): void => {
    if (stoppingSinceMs === undefined) stop();
    else if (clock.monotonicMs() - stoppingSinceMs > SAME_SIGNAL_MS) byForce();
  };
  for (const signal of SIGNALS) source.on(signal, signaled);
  source.on('disconnect', stop);
}

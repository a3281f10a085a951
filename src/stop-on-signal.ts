import type { Clock } from './kernel/index.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Ctrl-C reaches the program up to three times: from the terminal, from npm, and by the end of its parent. Signals
 * within this time after the first one count as the same one, milliseconds.
 */
const SAME_SIGNAL_MS = 1000;

/** The part of the process that the stop needs. */
export interface StoppableProcess {
  on(event: (typeof SIGNALS)[number] | 'disconnect', listener: () => void): unknown;
}

export interface Stop {
  /** Stops everything in order. Called once. */
  readonly gently: () => void;
  /** Ends the program immediately. */
  readonly byForce: () => void;
}

/** Stops in order on a signal or at the end of the parent that started it over IPC; a second signal forces the end. */
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

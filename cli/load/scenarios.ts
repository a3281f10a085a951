import type { Clock } from '../../src/kernel/index.js';
import type { Database } from '../../src/persistence/index.js';
import type { LoadOptions } from './load-options.js';
import type { Recorder } from './recorder.js';
import { ask } from './workload.js';

export interface Stage {
  readonly database: Pick<Database, 'rows' | 'stats'>;
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Aborted = no new queries. */
  readonly stop: AbortSignal;
  /** Called after every query. */
  readonly onProgress: () => void;
}

/** Resolves at the end or after a stop, with the time under load, milliseconds. */
export type Play = (stage: Stage, options: LoadOptions) => Promise<number>;

/** A fixed number of callers, each of which sends its next query after the last answer. */
export const playConcurrent: Play = async (stage, options) => {
  const { clock, stop } = stage;
  const startMs = clock.monotonicMs();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < options.queries && !stop.aborted) await askOne(stage, options, next++);
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, options.queries) }, work));
  return clock.monotonicMs() - startMs;
};

/** Repeats many concurrent queries and a pause. */
export const playBurst: Play = async (stage, options) => {
  const { clock, stop } = stage;
  const { size, count, intervalMs } = options.burst;
  let busyMs = 0;
  for (let burst = 0; burst < count && !stop.aborted; burst++) {
    if (burst > 0) await pause(stage, intervalMs);
    if (stop.aborted) break;
    const startMs = clock.monotonicMs();
    await Promise.all(Array.from({ length: size }, (_, index) => askOne(stage, options, burst * size + index)));
    busyMs += clock.monotonicMs() - startMs;
  }
  return busyMs;
};

async function askOne(stage: Stage, { queryType }: LoadOptions, serial: number): Promise<void> {
  const { database, recorder, clock } = stage;
  recorder.begin();
  const startMs = clock.monotonicMs();
  const answer = ask(database, queryType, serial);
  recorder.look(database.stats());
  try {
    await answer;
    recorder.succeed(clock.monotonicMs() - startMs);
  } catch (error) {
    recorder.fail(error);
  }
  recorder.look(database.stats());
  stage.onProgress();
}

/** Ends early after a stop. */
function pause({ clock, stop }: Stage, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.after(forMs, end);
    stop.addEventListener('abort', end);
  });
}

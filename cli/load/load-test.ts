import type { Clock, Random } from '../../src/kernel/index.js';
import { Database } from '../../src/persistence/index.js';
import type { LoadOptions, Scenario } from './load-options.js';
import type { PoolShape } from './pool-shape.js';
import { Recorder, type Measured } from './recorder.js';
import { playBurst, playConcurrent, type Play } from './scenarios.js';
import { judge, type Verdict } from './verdict.js';

/** Reason of a run's end: all queries answered, stopped by the user, or out of time. */
export type Ending = 'done' | 'interrupted' | 'time';

/** One scenario on one pool. */
export interface Run {
  readonly scenario: Scenario;
  readonly pool: PoolShape;
  readonly ended: Ending;
  /** Time under load, without the pauses between bursts, milliseconds. */
  readonly busyMs: number;
  readonly measured: Measured;
  readonly verdict: Verdict;
}

export interface LoadTools {
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted by Ctrl-C and similar signals. */
  readonly stop: AbortSignal;
  readonly onBegin?: (scenario: Scenario, pool: PoolShape, queries: number) => void;
  readonly onProgress?: (done: number, failed: number) => void;
}

/** Time for running queries after a stop. */
const GRACE_MS = 2000;
const CLOSE_MS = 3000;
const CONNECT_MS = 10_000;
const RECYCLE_MS = 1_800_000;

/** Plays the scenarios one after the other; a stop returns those that were begun. */
export class LoadTest {
  private readonly time = new AbortController();
  private readonly stop: AbortSignal;

  constructor(
    private readonly options: LoadOptions,
    private readonly tools: LoadTools,
  ) {
    this.stop = AbortSignal.any([tools.stop, this.time.signal]);
  }

  /** @throws DatabaseConnectError when the database cannot be used at the start */
  async run(url: string): Promise<Run[]> {
    const limit = this.tools.clock.after(this.options.limitMs, () => this.time.abort());
    const runs: Run[] = [];
    try {
      for (const scenario of this.options.scenarios) {
        for (const pool of scenario === 'pools' ? this.options.pools : [this.options.pool]) {
          if (!this.stop.aborted) runs.push(await this.runOne(url, scenario, pool));
        }
      }
    } finally {
      limit.cancel();
    }
    return runs;
  }

  private async runOne(url: string, scenario: Scenario, pool: PoolShape): Promise<Run> {
    const { clock, random, onBegin, onProgress } = this.tools;
    const database = await Database.connect(this.poolOptions(url, pool), random, clock);
    try {
      await database.keepCoreOpen(Number.MAX_SAFE_INTEGER);
      const recorder = new Recorder();
      const play: Play = scenario === 'burst' ? playBurst : playConcurrent;
      onBegin?.(scenario, pool, this.queriesOf(scenario));
      const forget = database.onPoolEvent((event) => {
        recorder.note(event);
        if (event.type === 'checkout') recorder.look(database.stats());
      });
      const startMs = clock.monotonicMs();
      const stage = { database, recorder, clock, stop: this.stop };
      const playing = play({ ...stage, onProgress: () => onProgress?.(recorder.done, recorder.failed) }, this.options);
      const busyMs = (await this.untilStopped(playing)) ?? clock.monotonicMs() - startMs;
      const measured = recorder.finish();
      forget();
      const verdict = judge(measured, this.options.queryType);
      return { scenario, pool, ended: this.endingOf(measured, scenario), busyMs, measured, verdict };
    } finally {
      // A database that does not answer would not close its connections either.
      await this.within(database.close(), CLOSE_MS);
    }
  }

  private queriesOf(scenario: Scenario): number {
    const { queries, burst } = this.options;
    return scenario === 'burst' ? burst.size * burst.count : queries;
  }

  private endingOf({ asked, failures }: Measured, scenario: Scenario): Ending {
    if (asked === this.queriesOf(scenario) && !('unfinished' in failures)) return 'done';
    return this.tools.stop.aborted ? 'interrupted' : 'time';
  }

  /** Result of `playing`; undefined when it does not end soon after a stop. */
  private untilStopped<T>(playing: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => void this.within(playing, GRACE_MS).then(resolve, reject);
      if (this.stop.aborted) return giveUp();
      this.stop.addEventListener('abort', giveUp, { once: true });
      playing.then(resolve, reject).finally(() => this.stop.removeEventListener('abort', giveUp));
    });
  }

  private within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const limit = this.tools.clock.after(limitMs, () => resolve(undefined));
      work.then(resolve, reject).finally(() => limit.cancel());
    });
  }

  private poolOptions(url: string, { size, overflow }: PoolShape): Parameters<typeof Database.connect>[0] {
    const { checkoutTimeoutMs, queryTimeoutMs, maxWaiters } = this.options;
    const limits = { checkoutTimeoutMs, queryTimeoutMs, maxWaiters, connectTimeoutMs: CONNECT_MS };
    // Repeats nothing, so that every failure shows.
    return {
      url,
      applicationName: 'mt5-gateway-load',
      size,
      overflow,
      ...limits,
      recycleMs: RECYCLE_MS,
      repeatReads: false,
    };
  }
}

import { Backoff, type Clock, type Random } from '../../kernel/index.js';

/** Pause after one backfill; it grows while backfills go on being asked for. */
const PAUSE = { initialMs: 1000, maxMs: 15_000 };
/** A series that needed no backfill for so long after its pause begins again with the shortest one. */
const QUIET_MS = 60_000;

interface Paced {
  readonly beganAtMs: number;
  readonly pause: Backoff;
}

/**
 * How soon a series, `S`, may be backfilled again: a terminal that goes on pushing nonsense costs it a few requests a minute
 * and not one per push.
 */
export class BackfillPacing<S extends object> {
  private readonly paced = new WeakMap<S, Paced>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Milliseconds until the series may be backfilled; 0 = now. */
  pauseMs(series: S): number {
    const known = this.paced.get(series);
    return known === undefined ? 0 : Math.max(0, known.beganAtMs + known.pause.delayMs - this.clock.monotonicMs());
  }

  /** A backfill begins. The result takes that back: a failed backfill has its own pause. */
  begin(series: S): () => void {
    const before = this.paced.get(series);
    const nowMs = this.clock.monotonicMs();
    const quiet = before === undefined || nowMs - before.beganAtMs >= before.pause.delayMs + QUIET_MS;
    const pause = quiet ? Backoff.first(PAUSE, this.random) : before.pause.next();
    this.paced.set(series, { beganAtMs: nowMs, pause });
    return () => {
      if (before === undefined) this.paced.delete(series);
      else this.paced.set(series, before);
    };
  }

  /** The series begins anew, with another session. */
  forget(series: S): void {
    this.paced.delete(series);
  }
}

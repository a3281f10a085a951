import { type Clock, counted, type Timer, within } from '../kernel/index.js';
import type { AuditPartitions } from './audit/audit-partitions.js';
import type { AuditSealer } from './audit/audit-sealer.js';
import type { CandleRetention } from './candles/candle-retention.js';
import { StoreUnavailableError } from './database/persistence.errors.js';

/** What a {@link StoreSchedule} works with. */
export interface StoreScheduleParts {
  readonly clock: Clock;
  readonly sealer: Pick<AuditSealer, 'sealAll' | 'stats'>;
  readonly partitions: Pick<AuditPartitions, 'run'>;
  readonly candles: Pick<CandleRetention, 'run'>;
  readonly log: (message: string) => void;
  /** Something an operator should look at; the same fault is told once until it is gone. */
  readonly warn: (message: string) => void;
}

const SEAL_EVERY_MS = 500;
/** Soon after the start, when nobody waits for the database any more. */
const FIRST_CARE_MS = 5000;
const CARE_EVERY_MS = 3_600_000;
/** A stop must not wait for a database that does not answer. */
const STOP_LIMIT_MS = 2000;

/**
 * What happens to stored data by the clock: audit events are sealed twice a second; once an hour partitions are made and
 * dropped, bars beyond their retention are deleted, and the head of the chain is logged, so that a copy of it exists
 * outside of the database. A database that is away is met by the next round.
 */
export class StoreSchedule {
  private timers: readonly Timer[] = [];
  private sealing: Promise<void> | undefined;
  private caring: Promise<void> | undefined;
  private readonly faults = new Map<string, string>();

  constructor(private readonly parts: StoreScheduleParts) {}

  start(): void {
    const { clock } = this.parts;
    this.timers = [
      clock.every(SEAL_EVERY_MS, () => this.seal()),
      clock.after(FIRST_CARE_MS, () => this.care()),
      clock.every(CARE_EVERY_MS, () => this.care()),
    ];
  }

  /** Ends after the work that is under way and seals what was recorded last; takes two seconds at most. */
  async stop(): Promise<void> {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
    const last = async (): Promise<void> => {
      await this.caring;
      await this.sealing;
      await this.attempt('sealing', () => this.parts.sealer.sealAll());
    };
    await within(this.parts.clock, STOP_LIMIT_MS, last());
  }

  private seal(): void {
    this.sealing ??= this.attempt('sealing', () => this.parts.sealer.sealAll()).finally(() => {
      this.sealing = undefined;
    });
  }

  private care(): void {
    this.caring ??= this.careNow().finally(() => {
      this.caring = undefined;
    });
  }

  private async careNow(): Promise<void> {
    const { partitions, candles, sealer, log, warn } = this.parts;
    await this.attempt('care for the audit partitions', async () => {
      const { strays, dropped } = await partitions.run();
      if (strays > 0) warn(`${strays} audit events lie outside of every month: look at their times.`);
      for (const name of dropped)
        log(`Dropped ${name}: it is older than the retention. Its place in the chain is kept.`);
    });
    await this.attempt('deletion of old bars', async () => {
      const deleted = await candles.run();
      if (deleted > 0) log(`Deleted ${counted(deleted, 'bar')} older than the retention.`);
    });
    const { head, headHash } = sealer.stats();
    if (head > 0) log(`Audit chain: event ${head} has the hash ${headHash}`);
  }

  private async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.faults.delete(what);
    } catch (error) {
      if (error instanceof StoreUnavailableError) return;
      const fault = `The ${what} failed: ${error instanceof Error ? error.message : String(error)}`;
      if (this.faults.get(what) !== fault) this.parts.warn(fault);
      this.faults.set(what, fault);
    }
  }
}

import { type Clock, counted, type Timer, within } from '../kernel/index.js';
import type { AuditPartitions } from './audit/audit-partitions.js';
import type { AuditSealer } from './audit/audit-sealer.js';
import type { CandleRetention } from './candles/candle-retention.js';
import { StoreUnavailableError } from './database/persistence.errors.js';

export interface StoreScheduleDeps {
  readonly clock: Clock;
  readonly sealer: Pick<AuditSealer, 'sealAll' | 'stats'>;
  readonly partitions: Pick<AuditPartitions, 'run'>;
  readonly candles: Pick<CandleRetention, 'run'>;
  readonly log: (message: string) => void;
  /** Called for what an operator should look at; once for the same fault until it is gone. */
  readonly warn: (message: string) => void;
}

const SEALING_INTERVAL_MS = 500;
/** Soon after the start, when startup no longer needs the database. */
const FIRST_MAINTENANCE_MS = 5000;
const MAINTENANCE_INTERVAL_MS = 3_600_000;
/** Bound of a stop while the database does not answer. */
const STOP_LIMIT_MS = 2000;

/**
 * Periodic maintenance: audit events are sealed twice a second; once an hour partitions are made and dropped, bars
 * beyond their retention are deleted, and the head of the chain is logged, so that a copy exists outside of the
 * database. Work that fails because the database is away waits for the next round.
 */
export class StoreSchedule {
  private timers: readonly Timer[] = [];
  private sealing: Promise<void> | undefined;
  private maintaining: Promise<void> | undefined;
  private readonly faults = new Map<string, string>();

  constructor(private readonly deps: StoreScheduleDeps) {}

  start(): void {
    const { clock } = this.deps;
    this.timers = [
      clock.every(SEALING_INTERVAL_MS, () => this.seal()),
      clock.after(FIRST_MAINTENANCE_MS, () => this.maintain()),
      clock.every(MAINTENANCE_INTERVAL_MS, () => this.maintain()),
    ];
  }

  /** Waits for the current work and seals the last events; takes two seconds at most. */
  async stop(): Promise<void> {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
    const last = async (): Promise<void> => {
      await this.maintaining;
      await this.sealing;
      await this.attempt('sealing', () => this.deps.sealer.sealAll());
    };
    await within(this.deps.clock, STOP_LIMIT_MS, last());
  }

  private seal(): void {
    this.sealing ??= this.attempt('sealing', () => this.deps.sealer.sealAll()).finally(() => {
      this.sealing = undefined;
    });
  }

  private maintain(): void {
    this.maintaining ??= this.maintainNow().finally(() => {
      this.maintaining = undefined;
    });
  }

  private async maintainNow(): Promise<void> {
    const { partitions, candles, sealer, log, warn } = this.deps;
    await this.attempt('maintenance of the audit partitions', async () => {
      const { rowsOutsidePartitions, dropped } = await partitions.run();
      if (rowsOutsidePartitions > 0)
        warn(`${rowsOutsidePartitions} audit events lie outside of every monthly partition: check their times.`);
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
      if (this.faults.get(what) !== fault) this.deps.warn(fault);
      this.faults.set(what, fault);
    }
  }
}

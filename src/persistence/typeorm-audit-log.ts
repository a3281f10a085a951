import { Backoff, type Clock, type Random, type Timer } from '../kernel/index.js';
import { AuditLog, type AuditEntry } from './audit-log.js';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS, type AuditRow } from './audit-rows.js';
import type { Database } from './database.js';
import { StoreUnavailableError } from './persistence.errors.js';

/** What has become of the entries so far. */
export interface AuditStats {
  /** Entries that are not written yet. */
  readonly waiting: number;
  readonly written: number;
  /** Entries that were lost: the queue was full, or the gateway stopped while the database was away. */
  readonly dropped: number;
}

const FLUSH_AFTER_MS = 500;
const BATCH_ENTRIES = 500;
const MAX_WAITING = 50_000;
/** A stop must not wait for a database that does not answer. */
const CLOSE_LIMIT_MS = 3000;
const RETRY = { initialMs: 1000, maxMs: 10_000 };

/**
 * The audit trail, written in batches: half a second after the first waiting entry, or as soon as 500 wait. While the
 * database is away up to 50,000 entries wait in memory, in order; further ones are counted as dropped. An entry whose
 * commit was not confirmed is written again, so after a broken connection a batch may be there twice, never zero times.
 */
export class TypeOrmAuditLog extends AuditLog {
  private readonly waiting: AuditRow[] = [];
  private written = 0;
  private dropped = 0;
  private timer: Timer | undefined;
  private flushing: Promise<void> | undefined;
  private retry: Backoff | undefined;
  private closed = false;

  constructor(
    private readonly database: Pick<Database, 'rows'>,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    super();
  }

  record(entry: AuditEntry): void {
    if (this.closed || this.waiting.length >= MAX_WAITING) {
      this.dropped++;
      return;
    }
    this.waiting.push(auditRow(entry));
    // While the database is away the retry timer decides, however many wait.
    if (this.waiting.length >= BATCH_ENTRIES && this.retry === undefined) this.start();
    else this.schedule(FLUSH_AFTER_MS);
  }

  async write(entry: AuditEntry): Promise<void> {
    await this.insert([auditRow(entry)]);
  }

  /** A snapshot of the counts. */
  stats(): AuditStats {
    return Object.freeze({ waiting: this.waiting.length, written: this.written, dropped: this.dropped });
  }

  /** Writes what waits, in one attempt of at most three seconds, and takes nothing more. The rest counts as dropped. */
  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    this.timer = undefined;
    await this.atMost(CLOSE_LIMIT_MS, async () => {
      await this.flushing;
      await this.flush();
    });
    this.dropped += this.waiting.length;
    this.waiting.length = 0;
  }

  private atMost(limitMs: number, work: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.clock.after(limitMs, resolve);
      void work().finally(() => {
        limit.cancel();
        resolve();
      });
    });
  }

  private schedule(delayMs: number): void {
    if (this.timer !== undefined || this.flushing !== undefined) return;
    this.timer = this.clock.after(delayMs, () => this.start());
  }

  /** One flush at a time keeps the order. */
  private start(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.flushing ??= this.flush().finally(() => {
      this.flushing = undefined;
      if (this.waiting.length > 0 && !this.closed) this.schedule(this.retry?.delayMs ?? FLUSH_AFTER_MS);
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH_ENTRIES);
      try {
        await this.insert(batch);
      } catch (error) {
        if (error instanceof StoreUnavailableError) {
          this.retry = this.retry?.next() ?? Backoff.first(RETRY, this.random);
          return;
        }
        // A batch that the database refuses would be refused for ever and hold up all that follow.
        this.dropped += batch.length;
        this.waiting.splice(0, batch.length);
        continue;
      }
      this.retry = undefined;
      this.waiting.splice(0, batch.length);
    }
  }

  private async insert(rows: readonly AuditRow[]): Promise<void> {
    await this.database.rows(INSERT_AUDIT_ROWS, auditColumns(rows));
    this.written += rows.length;
  }
}

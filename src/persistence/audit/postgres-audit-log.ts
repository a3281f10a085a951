import { Backoff, type Clock, type Random, type Timer } from '../../kernel/index.js';
import type { Database } from '../database/database.js';
import { StoreUnavailableError } from '../database/persistence.errors.js';
import { AuditLog, type AuditEntry } from './audit-log.js';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS, isRefusal, type AuditRow } from './audit-rows.js';
import type { AuditSpool } from './audit-spool.js';

/** What has become of the entries so far. */
export interface AuditStats {
  /** Entries in memory that are neither in the database nor on disk yet. */
  readonly waiting: number;
  /** Entries on disk that wait for the database. */
  readonly spooled: number;
  readonly written: number;
  /** Entries that were lost: spool and memory were full, or the database refused them. */
  readonly dropped: number;
  /** Lines of the spool that could not be read back. */
  readonly damaged: number;
}

/** What a {@link PostgresAuditLog} works with. */
export interface AuditLogDeps {
  readonly database: Pick<Database, 'rows'>;
  readonly spool: AuditSpool;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of losses, at most once a minute. */
  readonly warn: (message: string) => void;
}

const FLUSH_AFTER_MS = 500;
/** So many do not wait for the half second. */
const BATCH_ENTRIES = 500;
/** Most of one statement, when many came at once. */
const WRITE_ENTRIES = 2000;
const MAX_WAITING = 50_000;
/** Share of the spool and of the memory that refusals leave to all other events: strangers cause refusals at will. */
const RESERVED_SHARE = 0.25;
/** A database that takes longer for a batch counts as away: until then a kill would lose what waits. */
const INSERT_LIMIT_MS = 2000;
/** A stop must not wait for a database that does not answer. */
const CLOSE_LIMIT_MS = 3000;
const RETRY = { initialMs: 1000, maxMs: 10_000 };
const WARN_EVERY_MS = 60_000;

/**
 * The audit trail, written in batches: half a second after the first waiting entry, or as soon as 500 wait. While the
 * database is away they go to the spool on disk instead, and from there into the database, in order, before anything
 * newer. What the spool cannot take waits in memory, up to 50,000 entries; further ones are counted as dropped.
 */
export class PostgresAuditLog extends AuditLog {
  private waiting: AuditRow[] = [];
  private written = 0;
  private dropped = 0;
  private timer: Timer | undefined;
  private timerAtMs = Infinity;
  private flushing: Promise<void> | undefined;
  private spooling: Promise<void> | undefined;
  private retry: Backoff | undefined;
  private retryAtMs = 0;
  private spoolRefused = false;
  private warnedAtMs = -Infinity;
  private closed = false;

  constructor(private readonly parts: AuditLogDeps) {
    super();
  }

  /** Takes up what an earlier run left in the spool. */
  async open(): Promise<void> {
    await this.parts.spool.open();
    if (this.parts.spool.rows > 0) this.schedule(0);
  }

  record(entry: AuditEntry): void {
    const row = auditRow(entry);
    const room = isRefusal(row) ? MAX_WAITING * (1 - RESERVED_SHARE) : MAX_WAITING;
    if (this.closed || this.waiting.length >= room) {
      this.lose(1);
      return;
    }
    this.waiting.push(row);
    if (this.waiting.length >= BATCH_ENTRIES && !this.spoolRefused) this.schedule(0);
    else this.schedule(this.pauseMs());
  }

  async write(entry: AuditEntry): Promise<void> {
    await this.insert([auditRow(entry)]);
  }

  /** A snapshot of the counts. */
  stats(): AuditStats {
    const { spool } = this.parts;
    return Object.freeze({
      waiting: this.waiting.length,
      spooled: spool.rows,
      written: this.written,
      dropped: this.dropped,
      damaged: spool.damaged,
    });
  }

  /** Writes what waits, in at most three seconds, else to the spool, and takes nothing more. The rest is dropped. */
  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    this.timer = undefined;
    await this.within(CLOSE_LIMIT_MS, async () => {
      await this.flushing;
      await this.intoDatabase();
    });
    await this.intoSpool();
    if (this.waiting.length > 0) this.lose(this.waiting.length);
    this.waiting = [];
  }

  /** While the spool takes nothing either, there is no point in asking before the next try of the database. */
  private pauseMs(): number {
    const untilRetryMs = Math.max(0, this.retryAtMs - this.parts.clock.monotonicMs());
    return this.spoolRefused || this.waiting.length === 0 ? untilRetryMs : FLUSH_AFTER_MS;
  }

  private schedule(delayMs: number): void {
    const atMs = this.parts.clock.monotonicMs() + delayMs;
    if (this.closed || this.flushing !== undefined) return;
    if (this.timer !== undefined && this.timerAtMs <= atMs) return;
    this.timer?.cancel();
    this.timer = undefined;
    if (delayMs === 0) {
      this.start();
      return;
    }
    this.timerAtMs = atMs;
    this.timer = this.parts.clock.after(delayMs, () => {
      this.timer = undefined;
      this.start();
    });
  }

  /** One flush at a time keeps the order. */
  private start(): void {
    const away = this.parts.clock.monotonicMs() < this.retryAtMs;
    this.flushing ??= (away ? this.intoSpool() : this.intoDatabase()).finally(() => {
      this.flushing = undefined;
      if (this.waiting.length > 0 || this.parts.spool.rows > 0) this.schedule(Math.max(1, this.pauseMs()));
    });
  }

  private async intoDatabase(): Promise<void> {
    try {
      await this.parts.spool.drain((rows) => this.insertWhatIsTaken(rows));
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, WRITE_ENTRIES);
        await this.insertWhatIsTaken(batch);
        this.forget(batch);
      }
      this.retry = undefined;
      this.retryAtMs = 0;
      this.spoolRefused = false;
    } catch {
      this.retry = this.retry?.next() ?? Backoff.first(RETRY, this.parts.random);
      this.retryAtMs = this.parts.clock.monotonicMs() + this.retry.delayMs;
      await this.intoSpool();
    }
  }

  private intoSpool(): Promise<void> {
    this.spooling ??= this.spoolWaiting().finally(() => {
      this.spooling = undefined;
    });
    return this.spooling;
  }

  /** In their order; what the reserve is for comes in even where refusals no longer do. */
  private async spoolWaiting(): Promise<void> {
    this.spoolRefused = false;
    const reserve = Math.ceil(this.parts.spool.maxBytes * RESERVED_SHARE);
    if (await this.spoolRows(() => true, reserve)) return;
    await this.spoolRows((row) => !isRefusal(row), 0);
    this.spoolRefused = true;
  }

  /** Gives whether all of them fit. */
  private async spoolRows(wanted: (row: AuditRow) => boolean, leaveBytes: number): Promise<boolean> {
    for (;;) {
      const batch = this.waiting.filter(wanted).slice(0, BATCH_ENTRIES);
      if (batch.length === 0) return true;
      const accepted = await this.parts.spool.append(batch, leaveBytes);
      this.forget(batch.slice(0, accepted));
      if (accepted < batch.length) return false;
    }
  }

  /** Not by position: a write that was given up as late may still end while the same rows go to the spool. */
  private forget(rows: readonly AuditRow[]): void {
    const gone = new Set(rows);
    this.waiting = this.waiting.filter((row) => !gone.has(row));
  }

  /** @throws StoreUnavailableError when it fails or takes too long; then it may be there, and is recognised later */
  private async insertInTime(rows: readonly AuditRow[]): Promise<void> {
    const outcome = await this.within(INSERT_LIMIT_MS, () => this.insert(rows));
    if (outcome === 'late') throw new StoreUnavailableError('The database took too long to write audit entries.');
    if (outcome !== undefined) throw outcome.error;
  }

  /** A row that the database refuses would be refused for ever and hold up all that follow: it is singled out. */
  private async insertWhatIsTaken(rows: readonly AuditRow[]): Promise<void> {
    try {
      await this.insertInTime(rows);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      if (rows.length === 1) {
        this.lose(1);
        return;
      }
      const half = Math.ceil(rows.length / 2);
      await this.insertWhatIsTaken(rows.slice(0, half));
      await this.insertWhatIsTaken(rows.slice(half));
    }
  }

  private async insert(rows: readonly AuditRow[]): Promise<void> {
    await this.parts.database.rows(INSERT_AUDIT_ROWS, auditColumns(rows));
    this.written += rows.length;
  }

  /** Undefined when the work is done, `late` when it still runs, its error when it failed. */
  private within(limitMs: number, work: () => Promise<void>): Promise<'late' | { error: unknown } | undefined> {
    return new Promise((resolve) => {
      const limit = this.parts.clock.after(limitMs, () => resolve('late'));
      const end = (outcome: { error: unknown } | undefined): void => {
        limit.cancel();
        resolve(outcome);
      };
      work().then(
        () => end(undefined),
        (error: unknown) => end({ error }),
      );
    });
  }

  private lose(entries: number): void {
    this.dropped += entries;
    const nowMs = this.parts.clock.monotonicMs();
    if (nowMs - this.warnedAtMs < WARN_EVERY_MS) return;
    this.warnedAtMs = nowMs;
    this.parts.warn(`Audit entries are lost: ${this.dropped} so far. Look after the database and the audit spool.`);
  }
}

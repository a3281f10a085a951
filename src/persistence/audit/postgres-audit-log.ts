import type { Clock, Random } from '../../kernel/index.js';
import type { Database } from '../database/database.js';
import { StoreUnavailableError } from '../database/persistence.errors.js';
import { WriteBehind } from '../spool/write-behind.js';
import { AuditLog, type AuditEntry } from './audit-log.js';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS, isRefusal, type AuditRow } from './audit-rows.js';
import type { AuditSpool } from './audit-spool.js';

/** Counts of audit entries. */
export interface AuditStats {
  /** Entries only in memory: not yet in the database or on disk. */
  readonly waiting: number;
  /** Entries on disk that wait for the database. */
  readonly spooled: number;
  readonly written: number;
  /** Lost entries: spool and memory were full, or the database refused them. */
  readonly dropped: number;
  /** Unreadable lines of the spool. */
  readonly damaged: number;
}

export interface AuditLogDeps {
  readonly database: Pick<Database, 'rows'>;
  readonly spool: AuditSpool;
  readonly clock: Clock;
  readonly random: Random;
  /** Called for losses, at most once a minute. */
  readonly warn: (message: string) => void;
}

const FLUSH = { flushAfterMs: 500, flushRows: 500, writeRows: 2000, patienceMs: 2000 };
const MAX_WAITING = 50_000;
/** Share of spool and memory that refusals leave to other events, because strangers can cause refusals at will. */
const RESERVED_SHARE = 0.25;
const WARN_EVERY_MS = 60_000;

/**
 * Writes the audit trail in batches: half a second after the first waiting entry, or as soon as 500 wait. While the
 * database is away or takes longer than two seconds, entries go to the spool on disk, and from there into the database,
 * in order, before newer ones. What the spool cannot take waits in memory, up to 50,000 entries; more are counted as
 * dropped.
 */
export class PostgresAuditLog extends AuditLog {
  private readonly behind: WriteBehind<AuditRow>;
  private written = 0;
  private dropped = 0;
  private warnedAtMs = -Infinity;

  constructor(private readonly deps: AuditLogDeps) {
    super();
    this.behind = new WriteBehind(deps, {
      ...FLUSH,
      spoolPasses: [
        { takes: () => true, leaveBytes: Math.ceil(deps.spool.maxBytes * RESERVED_SHARE) },
        { takes: (row) => !isRefusal(row), leaveBytes: 0 },
      ],
      write: (rows) => this.insertAccepted(rows),
      lose: (rows) => this.lose(rows.length),
    });
  }

  /** Reads what an earlier run left in the spool. */
  open(): Promise<void> {
    return this.behind.open();
  }

  record(entry: AuditEntry): void {
    const row = auditRow(entry);
    const room = isRefusal(row) ? MAX_WAITING * (1 - RESERVED_SHARE) : MAX_WAITING;
    if (this.behind.isClosed || this.behind.waiting.length >= room) this.lose(1);
    else this.behind.add(row);
  }

  async write(entry: AuditEntry): Promise<void> {
    await this.insert([auditRow(entry)]);
  }

  stats(): AuditStats {
    const { spool } = this.deps;
    return Object.freeze({
      waiting: this.behind.waiting.length,
      spooled: spool.rows,
      written: this.written,
      dropped: this.dropped,
      damaged: spool.damaged,
    });
  }

  /** Writes what waits within three seconds, else to the spool; then accepts nothing more. The rest is dropped. */
  close(): Promise<void> {
    return this.behind.close();
  }

  /** Singles out a row that the database refuses: it would fail forever and hold up all later rows. */
  private async insertAccepted(rows: readonly AuditRow[]): Promise<void> {
    try {
      await this.insert(rows);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      if (rows.length === 1) return this.lose(1);
      const half = Math.ceil(rows.length / 2);
      await this.insertAccepted(rows.slice(0, half));
      await this.insertAccepted(rows.slice(half));
    }
  }

  private async insert(rows: readonly AuditRow[]): Promise<void> {
    await this.deps.database.rows(INSERT_AUDIT_ROWS, auditColumns(rows));
    this.written += rows.length;
  }

  private lose(entries: number): void {
    this.dropped += entries;
    const nowMs = this.deps.clock.monotonicMs();
    if (nowMs - this.warnedAtMs < WARN_EVERY_MS) return;
    this.warnedAtMs = nowMs;
    this.deps.warn(`Audit entries are lost: ${this.dropped} so far. Check the database and the audit spool.`);
  }
}

import { hash, randomUUID } from 'node:crypto';
import type { Clock, Random } from '../../kernel/index.js';
import { WriteBehind } from '../spool/write-behind.js';
import type { UsageSpool } from './usage-spool.js';
import type { UsageBatch, UsageStore } from './usage-store.js';
import { type Use, UsageTally } from './usage-tally.js';
import { UsageRefusedError } from './usage.errors.js';

/** Counts of metered requests. */
export interface UsageStats {
  /** Sums only in memory: not yet in the database or on disk. */
  readonly waitingRows: number;
  /** Batches on disk that wait for the database. */
  readonly spooledBatches: number;
  /** Requests whose sums this process wrote to the database. */
  readonly written: number;
  /** Failed attempts to reach the database. */
  readonly failures: number;
  /** Requests kept with account and day only, without route and symbol. */
  readonly folded: number;
  /** Lost requests: the database refused them, or a stop found neither database nor disk. */
  readonly lost: number;
}

export interface UsageLedgerDeps {
  readonly store: Pick<UsageStore, 'add' | 'forgetOldBatches'>;
  readonly spool: Pick<UsageSpool, 'rows' | 'open' | 'append' | 'drain'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Called for faults and losses; once for the same one until it is gone. */
  readonly warn: (message: string) => void;
}

/** A request is in the database within this time, or on disk within twice of it, milliseconds. */
const FLUSH_AFTER_MS = 400;
/** Rows per statement: about 20 ms of work. */
const BATCH_ROWS = 1000;
const MAX_ROWS = 50_000;

/**
 * Meters requests: adds them up in memory and brings the sums to the database exactly once. After 400 ms it sends
 * batches with an id; the id reveals a batch that is sent again because its answer was lost. While the database is
 * away, or still busy 400 ms later, batches go to the spool on disk. So a kill loses what was recorded in the last 800
 * ms, and a stop loses nothing. While the disk fails too, sums gather in memory, at most 50,000 rows.
 */
export class UsageLedger {
  private readonly tally = new UsageTally(MAX_ROWS);
  private readonly behind: WriteBehind<UsageBatch>;
  /** Batches that ever went to the spool and may come again from there. */
  private readonly spooled = new WeakSet<UsageBatch>();
  /** Id of a batch that is certainly in the database, never went to the spool, and is not forgotten yet. */
  private confirmed: string | undefined;
  private written = 0;
  private failures = 0;
  private lost = 0;
  private fault = '';

  constructor(private readonly deps: UsageLedgerDeps) {
    this.behind = new WriteBehind(deps, {
      flushAfterMs: FLUSH_AFTER_MS,
      flushRows: Infinity,
      writeRows: 1,
      patienceMs: FLUSH_AFTER_MS,
      spoolPasses: [{ takes: () => true, leaveBytes: 0 }],
      source: { size: () => this.tally.size, take: () => this.seal() },
      write: (batches, from) => this.write(batches, from),
      onSpool: (batches) => batches.forEach((batch) => this.spooled.add(batch)),
      onRound: (error) => (error === undefined ? (this.fault = '') : this.failed(error)),
      lose: (batches) => batches.forEach((batch) => this.lose(batch)),
    });
  }

  /** Reads what an earlier run left in the spool, and starts to work. */
  async open(): Promise<void> {
    await this.behind.open();
    await this.deps.store.forgetOldBatches().catch((error: unknown) => this.failed(error));
  }

  /** Adds one request. Never waits and never throws. */
  record(use: Use): void {
    this.tally.add(use);
    this.behind.schedule();
  }

  /**
   * Resolves when all requests recorded before the call are in the database.
   * @throws StoreUnavailableError while they cannot be written
   */
  settle(): Promise<void> {
    return this.behind.settle();
  }

  stats(): UsageStats {
    return Object.freeze({
      waitingRows: this.behind.waiting.reduce((sum, { rows }) => sum + rows.length, this.tally.size),
      spooledBatches: this.deps.spool.rows,
      written: this.written,
      failures: this.failures,
      folded: this.tally.folded,
      lost: this.lost,
    });
  }

  /** Writes what waits within three seconds, else to the spool. What neither accepts is lost, counted and logged. */
  close(): Promise<void> {
    return this.behind.close();
  }

  /** Gives the waiting sums an id; from here on they never change. */
  private seal(): UsageBatch[] {
    const rows = this.tally.take();
    return Array.from({ length: Math.ceil(rows.length / BATCH_ROWS) }, (_, index) => ({
      id: randomUUID(),
      rows: rows.slice(index * BATCH_ROWS, (index + 1) * BATCH_ROWS),
    }));
  }

  private async write(batches: readonly UsageBatch[], from: 'memory' | 'spool'): Promise<void> {
    for (const batch of batches) {
      await this.add(batch, from === 'memory' ? this.confirmed : undefined);
      if (from === 'memory') this.confirmed = this.spooled.has(batch) ? undefined : batch.id;
    }
  }

  /** Singles out a row that the database refuses: it would fail forever and hold up all others. */
  private async add(batch: UsageBatch, confirmed?: string): Promise<void> {
    try {
      await this.deps.store.add(batch, confirmed);
      this.written += requestsOf(batch);
    } catch (error) {
      if (!(error instanceof UsageRefusedError)) throw error;
      if (batch.rows.length === 1) return this.lose(batch);
      for (const [index, row] of batch.rows.entries()) await this.add({ id: partId(batch, index), rows: [row] });
    }
  }

  private failed(error: unknown): void {
    this.failures++;
    const fault = `Usage cannot be written now: ${error instanceof Error ? error.message : String(error)}`;
    if (fault !== this.fault) this.deps.warn(fault);
    this.fault = fault;
  }

  private lose(batch: UsageBatch): void {
    const requests = requestsOf(batch);
    this.lost += requests;
    this.deps.warn(`The usage of ${requests} requests is lost, ${this.lost} so far.`);
  }
}

const REQUESTS = 4;

/** Equal for the same part every time, so that each part is added once. */
function partId({ id }: UsageBatch, index: number): string {
  const digits = hash('sha256', `${id} ${index}`, 'hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function requestsOf({ rows }: UsageBatch): number {
  return rows.reduce((sum, row) => sum + row[REQUESTS], 0);
}

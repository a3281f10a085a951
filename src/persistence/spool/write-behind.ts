import { Backoff, type Clock, type Random, type Timer, within } from '../../kernel/index.js';
import type { LineSpool } from './line-spool.js';

export interface WriteBehindDeps<Row> {
  readonly spool: Pick<LineSpool<Row>, 'rows' | 'open' | 'append' | 'drain'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Strategy for rows of one kind; durations in milliseconds. */
export interface WriteBehindStrategy<Row> {
  /** Time that a new row waits for others. */
  readonly flushAfterMs: number;
  /** Number of rows that starts a write without waiting for more. */
  readonly flushRows: number;
  /** Maximum rows of one write. */
  readonly writeRows: number;
  /** Waiting rows go to the disk once a round of writes takes longer. */
  readonly patienceMs: number;
  /** Rows that the spool accepts and the bytes that they leave free; tried in order until all rows are on disk. */
  readonly spoolPasses: readonly { readonly takes: (row: Row) => boolean; readonly leaveBytes: number }[];
  /** Source of rows that are not added one by one. */
  readonly source?: { size(): number; take(): readonly Row[] };
  /**
   * Writes rows, which may be in the database already; drops those that the database refuses for good.
   * @throws StoreUnavailableError when it is unknown whether they are in
   */
  write(rows: readonly Row[], from: 'memory' | 'spool'): Promise<void>;
  /** Called for rows that may come again from the spool from now on. */
  onSpool?(rows: readonly Row[]): void;
  /** Called when a round ends. */
  onRound?(error?: unknown): void;
  /** Called for rows that neither database nor disk accepted before the end. */
  lose(rows: readonly Row[]): void;
}

/** Maximum rows of one append to the spool. */
const SPOOL_ROWS = 500;
/** Bound of a stop while the database does not answer. */
const CLOSE_LIMIT_MS = 3000;
const RETRY = { initialMs: 1000, maxMs: 10_000 };

/**
 * Brings rows from memory to the database in rounds, one at a time. While the database is away or a round outlasts the
 * strategy's patience, rows go to the spool on disk and leave the memory; the next round writes them from there, before
 * newer ones. While the disk fails too, rows wait in memory. A failed round is repeated with backoff.
 */
export class WriteBehind<Row extends object> {
  private rows: Row[] = [];
  private round: Promise<void> | undefined;
  private spooling: Promise<void> | undefined;
  private timer: Timer | undefined;
  private timerAtMs = Infinity;
  private retry: Backoff | undefined;
  private retryAtMs = 0;
  private appended = 0;
  private diskRefuses = false;
  private closed = false;

  constructor(
    private readonly deps: WriteBehindDeps<Row>,
    private readonly strategy: WriteBehindStrategy<Row>,
  ) {}

  /** Reads what an earlier run left in the spool. */
  async open(): Promise<void> {
    await this.deps.spool.open();
    if (this.deps.spool.rows > 0) this.flush();
  }

  /** Rows that are not known to be in the database or on disk. */
  get waiting(): readonly Row[] {
    return this.rows;
  }

  /** True from the start of {@link close}; rows added later are never written. */
  get isClosed(): boolean {
    return this.closed;
  }

  add(row: Row): void {
    this.rows.push(row);
    this.schedule();
  }

  /** Must be called when the strategy's source has new rows. */
  schedule(): void {
    const delayMs = this.nextFlushMs();
    if (delayMs === 0) this.flush();
    else if (delayMs !== undefined) this.arm(delayMs);
  }

  /**
   * Resolves when all rows from before the call are in the database.
   *
   * @throws StoreUnavailableError while they cannot be written
   */
  async settle(): Promise<void> {
    // The current round may have begun before the last row arrived.
    await this.round?.catch(() => undefined);
    if (!this.isEmpty) await this.start();
  }

  /** Writes what waits within three seconds, else to the spool. The strategy loses what neither accepts. */
  async close(): Promise<void> {
    this.closed = true;
    this.disarm();
    await within(this.deps.clock, CLOSE_LIMIT_MS, this.settle()).catch(() => undefined);
    await this.spooling;
    await this.intoSpool();
    if (this.rows.length > 0) this.strategy.lose(this.rows);
    this.rows = [];
  }

  private get newRows(): number {
    return this.rows.length + (this.strategy.source?.size() ?? 0);
  }

  private get isEmpty(): boolean {
    return this.newRows === 0 && this.deps.spool.rows === 0;
  }

  private get untilRetryMs(): number {
    return Math.max(0, this.retryAtMs - this.deps.clock.monotonicMs());
  }

  /** Undefined = nothing to do, or the current round decides when it ends. */
  private nextFlushMs(): number | undefined {
    const { flushAfterMs, flushRows, patienceMs } = this.strategy;
    if (this.closed || this.isEmpty) return undefined;
    if (this.round !== undefined) return patienceMs;
    if (this.spooling !== undefined) return undefined;
    // While the disk fails too, asking is pointless before the database is tried again.
    if (this.diskRefuses) return Math.max(1, this.untilRetryMs);
    if (this.rows.length >= flushRows) return 0;
    return this.newRows > 0 ? flushAfterMs : Math.max(flushAfterMs, this.untilRetryMs);
  }

  /** Keeps the earliest of several times. */
  private arm(delayMs: number): void {
    const atMs = this.deps.clock.monotonicMs() + delayMs;
    if (this.timerAtMs <= atMs) return;
    this.disarm();
    this.timerAtMs = atMs;
    this.timer = this.deps.clock.after(delayMs, () => this.flush());
  }

  private disarm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.timerAtMs = Infinity;
  }

  private flush(): void {
    this.disarm();
    if (this.round !== undefined || this.untilRetryMs > 0) void this.intoSpool();
    else void this.start().catch(() => undefined);
  }

  private start(): Promise<void> {
    this.round ??= this.intoDatabase().finally(() => {
      this.round = undefined;
      if (this.isEmpty) this.disarm();
      this.schedule();
    });
    this.schedule();
    return this.round;
  }

  private async intoDatabase(): Promise<void> {
    this.gather();
    try {
      await this.writeAll();
      this.retry = undefined;
      this.retryAtMs = 0;
      this.diskRefuses = false;
      this.strategy.onRound?.();
    } catch (error) {
      this.retry = this.retry?.next() ?? Backoff.first(RETRY, this.deps.random);
      this.retryAtMs = this.deps.clock.monotonicMs() + this.retry.delayMs;
      this.strategy.onRound?.(error);
      this.disarm();
      await this.intoSpool();
      throw error;
    }
  }

  private async writeAll(): Promise<void> {
    const { spool } = this.deps;
    const drain = (): Promise<void> => spool.drain((rows) => this.strategy.write(rows, 'spool'));
    for (;;) {
      await this.spooling;
      const { appended } = this;
      if (spool.rows > 0) await drain();
      // Rows that went to the disk meanwhile are older than those that wait.
      if (this.appended > appended) continue;
      const batch = this.rows.slice(0, this.strategy.writeRows);
      if (batch.length === 0) break;
      await this.strategy.write(batch, 'memory');
      this.forget(batch);
    }
    // All rows from before the round are written or in a file by now.
    if (spool.rows > 0) await drain();
  }

  private intoSpool(): Promise<void> {
    this.spooling ??= this.spoolAll().finally(() => {
      this.spooling = undefined;
      this.schedule();
    });
    return this.spooling;
  }

  /** Leaves the rows in the source while the disk fails: there they need the least memory. */
  private async spoolAll(): Promise<void> {
    if (!this.diskRefuses || this.closed || this.rows.length === 0) this.gather();
    let refused = false;
    for (const pass of this.strategy.spoolPasses) {
      if (await this.spool(pass)) break;
      refused = true;
    }
    this.diskRefuses = refused;
  }

  /** @returns true when all of them are on disk */
  private async spool({ takes, leaveBytes }: WriteBehindStrategy<Row>['spoolPasses'][number]): Promise<boolean> {
    for (;;) {
      const batch = this.rows.filter(takes).slice(0, SPOOL_ROWS);
      if (batch.length === 0) return true;
      this.strategy.onSpool?.(batch);
      const accepted = await this.deps.spool.append(batch, leaveBytes);
      this.appended += accepted;
      this.forget(batch.slice(0, accepted));
      if (accepted < batch.length) return false;
    }
  }

  private gather(): void {
    this.rows.push(...(this.strategy.source?.take() ?? []));
  }

  /** Compares by identity, not position: a write may end while the same rows go to the spool. */
  private forget(rows: readonly Row[]): void {
    const gone = new Set(rows);
    this.rows = this.rows.filter((row) => !gone.has(row));
  }
}

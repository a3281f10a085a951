import { Backoff, type Clock, type Random, type Timer, within } from '../../kernel/index.js';
import type { LineSpool } from './line-spool.js';

/** What a {@link WriteBehind} works with. */
export interface WriteBehindDeps<Row> {
  readonly spool: Pick<LineSpool<Row>, 'rows' | 'open' | 'append' | 'drain'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** How rows of one kind are written; durations in milliseconds. */
export interface WriteBehindStrategy<Row> {
  /** How long a new row waits for others. */
  readonly flushAfterMs: number;
  /** This many rows are written without waiting for more. */
  readonly flushRows: number;
  /** Most rows of one write. */
  readonly writeRows: number;
  /** What waits goes to the disk once a round of writes takes longer. */
  readonly patienceMs: number;
  /** Which rows the spool takes, and how much of its bound they leave free: tried in order until all rows are on disk. */
  readonly spoolPasses: readonly { readonly takes: (row: Row) => boolean; readonly leaveBytes: number }[];
  /** Rows that are not added one by one. */
  readonly source?: { size(): number; take(): readonly Row[] };
  /**
   * Writes rows that may be there already, and loses those that the database refuses for good.
   * @throws StoreUnavailableError when it is not known whether they are in
   */
  write(rows: readonly Row[], from: 'memory' | 'spool'): Promise<void>;
  /** From now on the rows may come again from the spool. */
  onSpool?(rows: readonly Row[]): void;
  /** A round ended, with this error or without one. */
  onRound?(error?: unknown): void;
  /** Neither database nor disk took the rows before the end. */
  lose(rows: readonly Row[]): void;
}

/** Rows that one append to the spool takes at most. */
const SPOOL_ROWS = 500;
/** A stop must not wait for a database that does not answer. */
const CLOSE_LIMIT_MS = 3000;
const RETRY = { initialMs: 1000, maxMs: 10_000 };

/**
 * Brings rows from memory to the database in rounds, one at a time. While the database is away or a round takes longer
 * than the strategy's patience, rows go to the spool on disk and leave the memory; the next round writes them from there,
 * before anything newer. While the disk takes nothing either, rows wait in memory. A failed round is repeated with
 * backoff.
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

  /** Takes up what an earlier run left in the spool. */
  async open(): Promise<void> {
    await this.deps.spool.open();
    if (this.deps.spool.rows > 0) this.flush();
  }

  /** Rows that are known neither to be in the database nor on disk. */
  get waiting(): readonly Row[] {
    return this.rows;
  }

  /** True from the beginning of {@link close}: what is added later is never written. */
  get isClosed(): boolean {
    return this.closed;
  }

  add(row: Row): void {
    this.rows.push(row);
    this.schedule();
  }

  /** Must be called when the strategy's source has something new. */
  schedule(): void {
    const delayMs = this.nextFlushMs();
    if (delayMs === 0) this.flush();
    else if (delayMs !== undefined) this.arm(delayMs);
  }

  /**
   * Resolves when everything that was there before the call is in the database.
   *
   * @throws StoreUnavailableError when it cannot be brought there now
   */
  async settle(): Promise<void> {
    // A round that runs already may have begun before the last row was there.
    await this.round?.catch(() => undefined);
    if (!this.isEmpty) await this.start();
  }

  /** Writes what waits, in at most three seconds, else to the spool. The strategy loses what neither takes. */
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

  /** Undefined = nothing to do, or what runs decides when it ends. */
  private nextFlushMs(): number | undefined {
    const { flushAfterMs, flushRows, patienceMs } = this.strategy;
    if (this.closed || this.isEmpty) return undefined;
    if (this.round !== undefined) return patienceMs;
    if (this.spooling !== undefined) return undefined;
    // While the disk takes nothing either, there is no point in asking before the database is tried again.
    if (this.diskRefuses) return Math.max(1, this.untilRetryMs);
    if (this.rows.length >= flushRows) return 0;
    return this.newRows > 0 ? flushAfterMs : Math.max(flushAfterMs, this.untilRetryMs);
  }

  /** The earliest of several times counts. */
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
      // What went to the disk meanwhile is older than what waits.
      if (this.appended > appended) continue;
      const batch = this.rows.slice(0, this.strategy.writeRows);
      if (batch.length === 0) break;
      await this.strategy.write(batch, 'memory');
      this.forget(batch);
    }
    // Everything that was there when the round began is written or stands in a file by now.
    if (spool.rows > 0) await drain();
  }

  private intoSpool(): Promise<void> {
    this.spooling ??= this.spoolAll().finally(() => {
      this.spooling = undefined;
      this.schedule();
    });
    return this.spooling;
  }

  /** While the disk takes nothing, the source keeps its rows: there they need the least room. */
  private async spoolAll(): Promise<void> {
    if (!this.diskRefuses || this.closed || this.rows.length === 0) this.gather();
    let refused = false;
    for (const pass of this.strategy.spoolPasses) {
      if (await this.spool(pass)) break;
      refused = true;
    }
    this.diskRefuses = refused;
  }

  /** @returns whether all of them are on disk */
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

  /** Not by position: a write may end while the same rows go to the spool. */
  private forget(rows: readonly Row[]): void {
    const gone = new Set(rows);
    this.rows = this.rows.filter((row) => !gone.has(row));
  }
}

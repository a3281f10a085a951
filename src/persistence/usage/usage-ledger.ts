import { hash, randomUUID } from 'node:crypto';
import { Backoff, type Clock, type Random, type Timer } from '../../kernel/index.js';
import type { UsageSpool } from './usage-spool.js';
import type { UsageBatch, UsageStore } from './usage-store.js';
import { type Use, UsageTally } from './usage-tally.js';
import { UsageRefusedError } from './usage.errors.js';

/** What has become of the metered requests so far. */
export interface UsageStats {
  /** Sums in memory that are neither in the database nor on disk yet. */
  readonly waitingRows: number;
  /** Batches on disk that wait for the database. */
  readonly spooledBatches: number;
  /** Requests whose sums this process brought into the database. */
  readonly written: number;
  /** Attempts to reach the database that failed. */
  readonly failures: number;
  /** Requests whose route and symbol could not be kept, only their account and day. */
  readonly folded: number;
  /** Requests that are lost: the database refused them, or a stop found neither database nor disk. */
  readonly lost: number;
}

/** What a {@link UsageLedger} works with. */
export interface UsageLedgerDeps {
  readonly store: Pick<UsageStore, 'add' | 'forgetOldBatches'>;
  readonly spool: Pick<UsageSpool, 'rows' | 'open' | 'append' | 'drain'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of faults and losses; the same one once until it is gone. */
  readonly warn: (message: string) => void;
}

/** What is recorded meets the first tick within this time and the second within twice of it. */
const TICK_MS = 400;
/** Most of one statement: some 20 ms of work. */
const BATCH_ROWS = 1000;
const MAX_ROWS = 50_000;
const RETRY = { initialMs: 1000, maxMs: 10_000 };
/** A stop must not wait for a database that does not answer. */
const CLOSE_LIMIT_MS = 3000;

/**
 * Meters requests: adds them up in memory and brings the sums to the database, exactly once. Every 400 ms what has come
 * together is sent as batches with an id; a batch whose answer was lost is sent again and recognised by it. When the
 * database is away, or still busy with the batch of the tick before, batches are appended to the spool on disk and
 * leave the memory. So a kill loses what was recorded in the last 800 ms, and a stop nothing. While the disk takes
 * nothing either, sums gather in memory, at most 50,000 rows.
 */
export class UsageLedger {
  private readonly tally = new UsageTally(MAX_ROWS);
  /** Batches with an id, the first one may be on its way. They stay until they are known to be in, or on disk. */
  private sealed: UsageBatch[] = [];
  private round: Promise<void> | undefined;
  private spooling: Promise<void> | undefined;
  /** Batches that were ever given to the spool: they may come again from there, whatever becomes of them here. */
  private readonly handed = new WeakSet<UsageBatch>();
  /** In the database for certain, never given to the spool, and not forgotten yet. */
  private confirmed: string | undefined;
  private diskRefused = false;
  private retry: Backoff | undefined;
  private retryAtMs = 0;
  private ticking: Timer | undefined;
  private written = 0;
  private failures = 0;
  private lost = 0;
  private fault = '';

  constructor(private readonly parts: UsageLedgerDeps) {}

  /** Takes up what an earlier run left in the spool, and begins to work. */
  async open(): Promise<void> {
    await this.parts.spool.open();
    this.ticking = this.parts.clock.every(TICK_MS, () => this.tick());
    await this.parts.store.forgetOldBatches().catch((error: unknown) => this.failed(error));
  }

  /** Adds one request. Never waits and never throws. */
  record(use: Use): void {
    this.tally.add(use);
  }

  /**
   * Resolves when everything that was recorded before the call is in the database.
   * @throws StoreUnavailableError when it cannot be brought there now
   */
  async settle(): Promise<void> {
    // A round that runs already may have begun before the last request was recorded.
    await this.round?.catch(() => undefined);
    if (this.isEmpty) return;
    await this.start();
  }

  /** A snapshot of the counts. */
  stats(): UsageStats {
    return Object.freeze({
      waitingRows: this.tally.size + this.sealed.reduce((sum, { rows }) => sum + rows.length, 0),
      spooledBatches: this.parts.spool.rows,
      written: this.written,
      failures: this.failures,
      folded: this.tally.folded,
      lost: this.lost,
    });
  }

  /** Writes what waits, in at most three seconds, else to the spool. What neither takes is lost, counted and told. */
  async close(): Promise<void> {
    this.ticking?.cancel();
    await new Promise<void>((resolve) => {
      const limit = this.parts.clock.after(CLOSE_LIMIT_MS, resolve);
      void this.settle()
        .catch(() => undefined)
        .finally(() => {
          limit.cancel();
          resolve();
        });
    });
    await this.spooling;
    await this.intoSpool();
    for (const batch of this.sealed) this.lose(batch);
    this.sealed = [];
  }

  private get isEmpty(): boolean {
    return this.tally.size === 0 && this.sealed.length === 0 && this.parts.spool.rows === 0;
  }

  private tick(): void {
    if (this.isEmpty) return;
    // Still at it since an earlier tick: what waits must not depend on its end.
    const away = this.round !== undefined || this.parts.clock.monotonicMs() < this.retryAtMs;
    if (away) void this.intoSpool();
    else void this.start().catch(() => undefined);
  }

  /** One round at a time; whoever asks meanwhile waits for the one that runs. */
  private start(): Promise<void> {
    this.round ??= this.intoDatabase().finally(() => {
      this.round = undefined;
    });
    return this.round;
  }

  private async intoDatabase(): Promise<void> {
    this.seal();
    try {
      for (let batch = this.sealed[0]; batch !== undefined; batch = this.sealed[0]) await this.deliver(batch);
      // What is on its way to the disk belongs to this round as well.
      await this.spooling;
      if (this.parts.spool.rows > 0) {
        await this.parts.spool.drain(async (batches) => {
          for (const batch of batches) await this.add(batch);
        });
      }
      this.retry = undefined;
      this.retryAtMs = 0;
      this.fault = '';
    } catch (error) {
      this.failed(error);
      this.retry = this.retry?.next() ?? Backoff.first(RETRY, this.parts.random);
      this.retryAtMs = this.parts.clock.monotonicMs() + this.retry.delayMs;
      await this.intoSpool();
      throw error;
    }
  }

  /** Gives everything that waits an id; from here on it is never added to. */
  private seal(): void {
    const rows = this.tally.take();
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      this.sealed.push({ id: randomUUID(), rows: rows.slice(start, start + BATCH_ROWS) });
    }
  }

  private async deliver(batch: UsageBatch): Promise<void> {
    await this.add(batch, this.confirmed);
    this.sealed = this.sealed.filter((other) => other !== batch);
    this.confirmed = this.handed.has(batch) ? undefined : batch.id;
  }

  /** A row that the database refuses would be refused for ever and hold up all others: it is singled out. */
  private async add(batch: UsageBatch, confirmed?: string): Promise<void> {
    try {
      await this.parts.store.add(batch, confirmed);
      this.written += requestsOf(batch);
    } catch (error) {
      if (!(error instanceof UsageRefusedError)) throw error;
      if (batch.rows.length === 1) return this.lose(batch);
      for (const [index, row] of batch.rows.entries()) await this.add({ id: partId(batch, index), rows: [row] });
    }
  }

  private intoSpool(): Promise<void> {
    this.spooling ??= this.spoolSealed().finally(() => {
      this.spooling = undefined;
    });
    return this.spooling;
  }

  /** As long as the disk takes nothing, nothing new gets an id: in the tally it needs least room. */
  private async spoolSealed(): Promise<void> {
    if (!this.diskRefused || this.sealed.length === 0) this.seal();
    const batches = this.sealed;
    if (batches.length === 0) return;
    for (const batch of batches) this.handed.add(batch);
    const accepted = await this.parts.spool.append(batches);
    const gone = new Set(batches.slice(0, accepted));
    this.sealed = this.sealed.filter((batch) => !gone.has(batch));
    this.diskRefused = accepted < batches.length;
  }

  private failed(error: unknown): void {
    this.failures++;
    const fault = `Usage cannot be written now: ${error instanceof Error ? error.message : String(error)}`;
    if (fault !== this.fault) this.parts.warn(fault);
    this.fault = fault;
  }

  private lose(batch: UsageBatch): void {
    const requests = requestsOf(batch);
    this.lost += requests;
    this.parts.warn(`The usage of ${requests} requests is lost, ${this.lost} so far.`);
  }
}

const REQUESTS = 4;

/** The same for the same part every time, so that it too is added once. */
function partId({ id }: UsageBatch, index: number): string {
  const digits = hash('sha256', `${id} ${index}`, 'hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function requestsOf({ rows }: UsageBatch): number {
  return rows.reduce((sum, row) => sum + row[REQUESTS], 0);
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { SeededRandom } from '../../kernel/index.js';
import { StoreUnavailableError } from '../database/persistence.errors.js';
import { UsageLedger } from './usage-ledger.js';
import type { UsageBatch } from './usage-store.js';
import type { Use } from './usage-tally.js';
import { UsageRefusedError } from './usage.errors.js';

type Answer = 'in' | 'away' | 'in, answer lost';

/** A model of Postgres: remembers batch ids until they are confirmed, and answers when and how the test says. */
class ScriptedStore {
  readonly sums = new Map<string, number>();
  private readonly ids = new Set<string>();
  private open: { answer: (answer: Answer) => void }[] = [];

  get waiting(): number {
    return this.open.length;
  }

  add(batch: UsageBatch, confirmed?: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const answer = (how: Answer): void => {
        if (how !== 'away') this.commit(batch, confirmed);
        if (how === 'in') resolve();
        else reject(new StoreUnavailableError(how));
      };
      this.open.push({ answer });
    });
  }

  async forgetOldBatches(): Promise<void> {}

  answer(how: Answer): void {
    this.open.shift()?.answer(how);
  }

  private commit({ id, rows }: UsageBatch, confirmed: string | undefined): void {
    if (confirmed !== undefined) this.ids.delete(confirmed);
    if (this.ids.has(id)) return;
    this.ids.add(id);
    for (const [accountId, day, route, symbol, requests] of rows) {
      const key = [accountId, day, route, symbol].join(' ');
      this.sums.set(key, (this.sums.get(key) ?? 0) + requests);
    }
  }
}

/** A disk with room for this many batches; it outlives the ledger. */
class MemorySpool {
  batches: UsageBatch[] = [];

  constructor(private readonly room: number) {}

  get rows(): number {
    return this.batches.length;
  }

  async open(): Promise<void> {}

  async append(batches: readonly UsageBatch[]): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve));
    const accepted = Math.min(batches.length, this.room - this.batches.length);
    this.batches.push(...batches.slice(0, accepted));
    return accepted;
  }

  async drain(consume: (batches: readonly UsageBatch[]) => Promise<void>): Promise<void> {
    for (const batch of [...this.batches]) {
      await consume([batch]);
      this.batches = this.batches.filter((other) => other !== batch);
    }
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const use = (name: number, atMs: number): Use => ({
  accountId: `account-${name % 3}`,
  route: `route-${name % 2}`,
  symbol: '',
  atMs,
  cost: 1,
  status: 200,
  bytes: 10,
});

/** A ledger between a database and a disk that the test controls. */
class Run {
  readonly clock = new ManualClock();
  readonly recorded = new Map<string, number>();
  readonly store = new ScriptedStore();
  readonly spool: MemorySpool;
  ledger: UsageLedger;

  private constructor(room: number) {
    this.spool = new MemorySpool(room);
    this.ledger = this.newLedger();
  }

  static async of(room: number): Promise<Run> {
    const run = new Run(room);
    await run.ledger.open();
    return run;
  }

  async restart(): Promise<void> {
    this.ledger = this.newLedger();
    await this.ledger.open();
  }

  private newLedger(): UsageLedger {
    const { store, spool, clock } = this;
    return new UsageLedger({ store, spool, clock, random: new SeededRandom(1), warn: () => undefined });
  }

  record(name: number): void {
    const one = use(name, this.clock.nowMs());
    this.ledger.record(one);
    const day = new Date(one.atMs).toISOString().slice(0, 10);
    const key = [one.accountId, day, one.route, one.symbol].join(' ');
    this.recorded.set(key, (this.recorded.get(key) ?? 0) + 1);
  }

  /** The database answers everything from now on. */
  async finish(work: () => Promise<void>): Promise<void> {
    const state = { done: false };
    const end = work().finally(() => {
      state.done = true;
    });
    while (!state.done) {
      this.store.answer('in');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await end;
  }
}

type Step = { readonly kind: 'record' | 'tick' | 'answer' | 'restart'; readonly n: number; readonly how: Answer };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('record' as const) },
    { weight: 4, arbitrary: fc.constant('tick' as const) },
    { weight: 6, arbitrary: fc.constant('answer' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  ),
  n: fc.nat(11),
  how: fc.constantFrom('in' as const, 'away' as const, 'in, answer lost' as const),
});

describe('the usage ledger', () => {
  it('neither loses nor doubles a request, whatever the database, the disk and restarts do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 2, 1000), async (steps, room) => {
        const run = await Run.of(room);
        for (const { kind, n, how } of steps) {
          if (kind === 'record') run.record(n);
          else if (kind === 'tick') run.clock.advance(400 * (1 + (n % 4)));
          else if (kind === 'answer') run.store.answer(how);
          else if (room > 2) {
            // Stops in the middle of everything; unwritten sums go to the disk.
            const closed = run.ledger.close();
            run.clock.advance(0);
            for (let turn = 0; turn < 3; turn++) {
              run.store.answer(how);
              await settled();
            }
            run.clock.advance(3000);
            await closed;
            await run.restart();
          }
          await settled();
        }
        const lost = run.ledger.stats().lost;
        await run.finish(() => run.ledger.settle().catch(() => run.ledger.settle()));
        expect(run.store.sums).toEqual(run.recorded);
        expect(lost).toBe(0);
        await run.finish(() => run.ledger.close());
        expect(run.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('has on disk or in the database, 800 ms later, all that was recorded, also when the database hangs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ n: fc.nat(11), waitMs: fc.nat(500), answers: fc.boolean() }), { maxLength: 25 }),
        async (steps) => {
          const run = await Run.of(1000);
          const recordedAt: number[] = [];
          for (const { n, waitMs, answers } of steps) {
            run.record(n);
            recordedAt.push(run.clock.monotonicMs());
            await run.clock.advanceAsync(waitMs, 20);
            if (answers) run.store.answer('in');
            await settled();
            const old = recordedAt.filter((atMs) => run.clock.monotonicMs() - atMs >= 800).length;
            // A kill at this moment leaves only the disk and the database.
            const onDisk = run.spool.batches.flatMap(({ rows }) => rows).reduce((sum, row) => sum + row[4], 0);
            const inDatabase = [...run.store.sums.values()].reduce((sum, count) => sum + count, 0);
            expect(onDisk + inDatabase).toBeGreaterThanOrEqual(old);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('loses only the row that the database refuses for good', async () => {
    const sums: string[] = [];
    const warnings: string[] = [];
    const store = {
      add: async ({ rows }: UsageBatch) => {
        if (rows.some(([accountId]) => accountId === 'account-1')) throw new UsageRefusedError('planted');
        sums.push(...rows.map(([accountId]) => accountId));
      },
      forgetOldBatches: async () => undefined,
    };
    const clock = new ManualClock();
    const warn = (message: string): void => void warnings.push(message);
    const ledger = new UsageLedger({ store, spool: new MemorySpool(9), clock, random: new SeededRandom(1), warn });
    for (const name of [0, 1, 2]) ledger.record(use(name, 0));
    await ledger.settle();
    expect(sums).toEqual(['account-0', 'account-2']);
    expect(ledger.stats()).toMatchObject({ written: 2, lost: 1, waitingRows: 0 });
    expect(warnings).toEqual(['The usage of 1 requests is lost, 1 so far.']);
  });
});

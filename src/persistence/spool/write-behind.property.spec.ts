import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { SeededRandom } from '../../kernel/index.js';
import { StoreUnavailableError } from '../database/persistence.errors.js';
import { WriteBehind } from './write-behind.js';

type Row = readonly [number];
type Answer = 'in' | 'away' | 'in, answer lost';

/** A table with unique rows and a disk of any size; the test decides when and how statements end. */
class World {
  readonly clock = new ManualClock();
  readonly table: number[] = [];
  readonly lost: number[] = [];
  private disk: Row[] = [];
  private readonly statements: ((answer: Answer) => void)[] = [];

  newWriter(): WriteBehind<Row> {
    const write = (rows: readonly Row[]): Promise<void> =>
      new Promise((resolve, reject) => {
        this.statements.push((answer) => {
          if (answer !== 'away') for (const [row] of rows) if (!this.table.includes(row)) this.table.push(row);
          if (answer === 'in') resolve();
          else reject(new StoreUnavailableError(answer));
        });
      });
    return new WriteBehind<Row>(
      { spool: this.spool(), clock: this.clock, random: new SeededRandom(1) },
      {
        flushAfterMs: 500,
        flushRows: 5,
        writeRows: 3,
        patienceMs: 2000,
        spoolPasses: [{ takes: () => true, leaveBytes: 0 }],
        write,
        lose: (rows) => this.lost.push(...rows.map(([row]) => row)),
      },
    );
  }

  answer(how: Answer): void {
    this.statements.shift()?.(how);
  }

  private spool() {
    const rows = (): number => this.disk.length;
    return {
      get rows() {
        return rows();
      },
      open: async () => undefined,
      append: async (added: readonly Row[]) => {
        await settled();
        this.disk.push(...added);
        return added.length;
      },
      drain: async (consume: (rows: readonly Row[]) => Promise<void>) => {
        for (const row of [...this.disk]) {
          await consume([row]);
          this.disk = this.disk.filter((other) => other !== row);
        }
      },
    };
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), n: fc.integer({ min: 1, max: 7 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), n: fc.integer({ min: 1, max: 3000 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      how: fc.constantFrom('in' as const, 'in' as const, 'away' as const, 'in, answer lost' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

describe('WriteBehind', () => {
  it('writes every row once and in order, whatever the database, the disk and restarts do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = new World();
        let writer = world.newWriter();
        let added = 0;
        for (const one of steps) {
          if (one.kind === 'add') for (let index = 0; index < one.n; index++) writer.add([added++]);
          else if (one.kind === 'wait') world.clock.advance(one.n);
          else if (one.kind === 'answer') world.answer(one.how);
          else {
            const closed = writer.close();
            await settled();
            world.clock.advance(3000);
            await closed;
            world.answer('away');
            writer = world.newWriter();
            await writer.open();
          }
          await settled();
        }
        const state = { done: false };
        const last = writer
          .settle()
          .catch(() => writer.settle())
          .finally(() => (state.done = true));
        while (!state.done) {
          world.answer('in');
          await settled();
        }
        await last;
        expect(world.table).toEqual(Array.from({ length: added }, (_, index) => index));
        expect(world.lost).toEqual([]);
        await writer.close();
        expect(world.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

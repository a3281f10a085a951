import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Database,
  type TierChange,
  type TierContent,
  TierStore,
  TypeOrmTierStore,
} from '../../src/persistence/index.js';
import { type DatabaseRoute, openRoute } from '../support/database-route.js';
import { MemoryTierStore } from '../support/memory-tier-store.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const NOW = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const NOBODY = "FREE'; DROP TABLE tier; --";

const content = (perMinute: number, changes: Partial<TierContent> = {}): TierContent => ({
  symbols: ['EURUSD', "O'X"],
  timeframes: ['H1', 'D1'],
  perMinute,
  perDay: 2000,
  concurrent: undefined,
  ...changes,
});

const changeOf = (changes: Partial<TierChange>): TierChange => {
  const at = new Date(NOW);
  const audit = { at, actor: 'key:abc', action: 'tier.changed', target: 'tier:X', detail: {}, requestId: 'r' };
  return { rank: 1, deletedAt: undefined, at, audit, ...changes };
};
const adding = (perMinute: number, inMs = 0, rank = 1): TierChange =>
  changeOf({ rank, add: { effectiveAt: new Date(NOW + inMs), content: content(perMinute) } });

/** The fake that other tests use must do what the database does. */
describe.each(['in memory', 'in Postgres through PgBouncer'])('tier store %s', (place) => {
  let test: TestDatabase | undefined;
  let route: DatabaseRoute | undefined;
  let database: Database | undefined;
  let store: TierStore;

  beforeAll(async () => {
    if (place === 'in memory') return;
    test = await createTestDatabase();
    route = await openRoute('through PgBouncer', test);
    database = await connectDatabase(route.url);
  });

  beforeEach(async () => {
    store = database === undefined ? new MemoryTierStore() : new TypeOrmTierStore(database);
    if (test !== undefined) await withAdmin((admin) => admin.query('TRUNCATE tier CASCADE'), test.name);
  });

  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const list = async (atMs = NOW) =>
    (await store.listTiers(new Date(atMs))).map(({ name, rank, version, deletedAt, versions }) => ({
      tier: `${name} ${rank} v${version}${deletedAt === undefined ? '' : ' deleted'}`,
      quotas: versions.map((one) => one.content.perMinute),
    }));
  const seed = () =>
    store.seedTiers(
      new Map([
        ['PRO', adding(600, 0, 2)],
        ['FREE', adding(60, 0, 1)],
      ]),
    );
  /** FREE as it is now, in one hour twice, and in two hours. */
  const seedWithPlans = async () => {
    await seed();
    await write('FREE', adding(90, 2 * HOUR_MS));
    await write('FREE', adding(70, HOUR_MS));
    await write('FREE', adding(71, HOUR_MS));
  };
  const write = (name: string, change: TierChange | undefined) => store.changeTier(name, new Date(NOW), () => change);

  it('is empty at first, and knows nobody', async () => {
    expect(await list()).toEqual([]);
    expect(await store.listVersions(NOBODY, 9)).toEqual([]);
    expect(await store.findAccounts('FREE', 9)).toEqual({ count: 0, first: [] });
    expect(await write(NOBODY, undefined)).toBeUndefined();
  });

  it('takes the first tiers once, whoever else brings some', async () => {
    const done = await Promise.all([seed(), seed(), seed()]);
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await list()).toEqual([
      { tier: 'FREE 1 v1', quotas: [60] },
      { tier: 'PRO 2 v1', quotas: [600] },
    ]);
    const [free] = await store.listTiers(new Date(NOW));
    expect(free?.versions[0]).toEqual({
      version: 1,
      effectiveAt: new Date(NOW),
      content: content(60),
      createdAt: new Date(NOW),
      createdBy: 'key:abc',
      withdrawnAt: undefined,
    });
  });

  it('lists what is in effect at a time and what comes later, in the order of effect', async () => {
    await seedWithPlans();
    const quotas = async (atMs: number) => (await list(atMs))[0]?.quotas;
    expect(await quotas(NOW)).toEqual([60, 70, 71, 90]);
    expect(await quotas(NOW + HOUR_MS - 1)).toEqual([60, 70, 71, 90]);
    expect(await quotas(NOW + HOUR_MS)).toEqual([70, 71, 90]);
    expect(await quotas(NOW + 9 * HOUR_MS)).toEqual([90]);
    expect(await quotas(NOW - HOUR_MS)).toEqual([60, 70, 71, 90]);
  });

  it('forgets withdrawn versions but in the history, and counts every change', async () => {
    await seedWithPlans();
    await write('FREE', changeOf({ withdraw: 2 }));
    expect((await list())[0]).toEqual({ tier: 'FREE 1 v5', quotas: [60, 70, 71] });
    const history = await store.listVersions('FREE', 3);
    expect(history.map(({ version, withdrawnAt }) => [version, withdrawnAt])).toEqual([
      [4, undefined],
      [3, undefined],
      [2, new Date(NOW)],
    ]);
  });

  it('marks a deleted tier, keeps what it held, and lets it come back', async () => {
    await seed();
    await write('PRO', changeOf({ rank: 2, deletedAt: new Date(NOW) }));
    expect((await list())[1]).toEqual({ tier: 'PRO 2 v2 deleted', quotas: [600] });
    await write('PRO', adding(5, 0, 3));
    expect((await list())[1]).toEqual({ tier: 'PRO 3 v3', quotas: [600, 5] });
  });

  it('decides one change after the other, and writes nothing for one that is refused', async () => {
    await seed();
    const before = await list();
    const seen: number[] = [];
    const bump = () =>
      store.changeTier('FREE', new Date(NOW), ({ tiers }) => {
        const { version } = tiers.find(({ name }) => name === 'FREE')!;
        seen.push(version);
        if (version > 4) throw new RangeError('enough');
        return adding(version, -1);
      });
    const results = await Promise.allSettled(Array.from({ length: 6 }, bump));
    expect(seen).toEqual([1, 2, 3, 4, 5, 5]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect((await list())[1]).toEqual(before[1]);
    expect((await list())[0]?.tier).toBe('FREE 1 v5');
  });
});

import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FREE, PRO } from '../../../test/support/gateway-settings.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { MemoryTierStore } from '../../../test/support/memory-tier-store.js';
import type { TierChange } from '../../persistence/index.js';
import { TierCache } from './tier-cache.js';
import { contentOf } from './tier-versions.js';

const SECOND_MS = 1000;

describe('the tiers in memory', () => {
  let clock: ManualClock;
  let store: MemoryTierStore;
  let cache: TierCache;
  const log = jest.fn<(message: string) => void>();
  const warn = jest.fn<(message: string) => void>();

  const cacheOf = (first = [FREE, PRO]) => new TierCache({ store, clock, first, log, warn });
  const perMinute = (of = cache) => of.tiers.map((tier) => tier.limits.perMinute);
  /** As another gateway does: past this cache. */
  const change = async (quota: number, inMs = 0) =>
    (await store.changeTier('FREE', new Date(clock.nowMs()), () => versionWith(quota, inMs)))!;
  const versionWith = (quota: number, inMs: number): TierChange => {
    const at = new Date(clock.nowMs());
    const audit = { at, actor: 'test', action: 'tier.changed', target: '', detail: {}, requestId: undefined };
    const add = { effectiveAt: new Date(clock.nowMs() + inMs), content: { ...contentOf(FREE), perMinute: quota } };
    return { rank: FREE.rank, deletedAt: undefined, add, at, audit };
  };

  beforeEach(async () => {
    jest.clearAllMocks();
    clock = new ManualClock();
    store = new MemoryTierStore();
    cache = cacheOf();
    await cache.open();
  });

  it('begin as the configuration has them, and are the database’s from then on', async () => {
    expect(cache.tiers).toEqual([FREE, PRO]);
    const later = cacheOf([{ ...FREE, limits: { ...FREE.limits, perMinute: 9 } }]);
    await later.open();
    expect(later.tiers).toEqual([FREE, PRO]);
    expect(log).toHaveBeenLastCalledWith(
      expect.stringContaining('config/tiers.json differs from the tiers in the database'),
    );
  });

  it('change immediately by this process, and within five seconds by another one', async () => {
    cache.replace(await change(7));
    expect(perMinute()).toEqual([7, 600]);
    await change(8);
    await clock.advanceAsync(5 * SECOND_MS);
    expect(perMinute()).toEqual([8, 600]);
  });

  it('change at the time that was ordered, and not before', async () => {
    cache.replace(await change(9, 60 * SECOND_MS));
    clock.advance(60 * SECOND_MS - 1);
    expect(perMinute()).toEqual([3, 600]);
    clock.advance(1);
    expect(perMinute()).toEqual([9, 600]);
    clock.jumpWallClock(-2 * SECOND_MS);
    expect(perMinute()).toEqual([3, 600]);
  });

  it('are not undone by a reading that began before a change', async () => {
    const old = await store.listTiers(new Date(clock.nowMs()));
    let answer: (tiers: typeof old) => void = () => undefined;
    jest.spyOn(store, 'listTiers').mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const reading = cache.refresh();
    cache.replace(await change(7));
    answer(old);
    await reading;
    expect(perMinute()).toEqual([7, 600]);
  });

  it('stay as last known while the database is away, with one warning, and follow it again', async () => {
    await change(8);
    store.away = new Error('gone');
    for (let time = 0; time < 3; time++) await clock.advanceAsync(5 * SECOND_MS);
    expect(perMinute()).toEqual([3, 600]);
    expect(warn).toHaveBeenCalledTimes(1);
    store.away = undefined;
    await clock.advanceAsync(5 * SECOND_MS);
    expect(perMinute()).toEqual([8, 600]);
    store.away = new Error('gone');
    await expect(cacheOf().open()).rejects.toThrow('gone');
  });

  it('keep a deleted tier for accounts that got it at that moment, and no timer after the end', async () => {
    const { add: _add, ...gone } = versionWith(0, 0);
    await store.changeTier('FREE', new Date(), () => ({ ...gone, deletedAt: new Date() }));
    await cache.refresh();
    expect(cache.tiers).toEqual([PRO]);
    expect(cache.deleted('FREE')).toEqual(FREE);
    cache.onModuleDestroy();
    expect(clock.pendingTimers).toBe(0);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { MemoryAccountStore } from '../../../test/support/memory-account-store.js';
import { SeededRandom } from '../../kernel/index.js';
import { MAX_RECENT_CHANGES } from '../../persistence/index.js';
import { AccountRegistry } from '../accounts/account-registry.js';
import { KeyChangeWatch } from './key-change-watch.js';
import { KeyAuthority } from '../authority/key-authority.js';
import { KeyHasher } from '../credentials/key-hasher.js';
import { KeyIssuer } from '../keys/key-issuer.js';
import { KeyLastUse } from './key-last-use.js';
import { KeyRecords } from './key-records.js';

const BY = { actor: 'test', requestId: undefined };

describe('keys that others change', () => {
  let clock: ManualClock;
  let store: MemoryAccountStore;
  let records: KeyRecords;
  let watch: KeyChangeWatch;
  let issuer: KeyIssuer;
  let id: string;

  beforeEach(async () => {
    clock = new ManualClock();
    store = new MemoryAccountStore();
    records = new KeyRecords(store, clock);
    watch = new KeyChangeWatch(store, records, clock);
    const parts = { store, clock, random: new SeededRandom(1) };
    const hasher = new KeyHasher([{ version: 1, secret: 'p' }]);
    const authority = new KeyAuthority(clock, hasher);
    const accounts = new AccountRegistry({ ...parts, authority, tierNames: () => ['FREE'] });
    issuer = new KeyIssuer({ ...parts, accounts, hasher, authority });
    id = (await issuer.create({ kind: 'live', name: 'x' }, BY)).key.id;
    await records.find(id);
  });

  const revokedElsewhere = async (stamp: string) => {
    await issuer.revoke(id, 'elsewhere', BY);
    store.changes = [{ kind: 'key', id, stamp }];
  };
  const isRevoked = async () => (await records.find(id))?.key.revokedAt !== undefined;

  it('are read again once per change, however often it is told', async () => {
    await revokedElsewhere('1');
    expect(await isRevoked()).toBe(false);
    await watch.ask();
    expect(await isRevoked()).toBe(true);
    await watch.ask();
    await records.find(id);
    expect(store.lookups).toHaveLength(2);
  });

  it('are not taken from a read that began before the change', async () => {
    const before = await store.findKey(id);
    records.forgetKey(id);
    let arrive = (_record: typeof before): void => undefined;
    const findKey = store.findKey.bind(store);
    store.findKey = () => new Promise((resolve) => (arrive = resolve));
    const finding = records.find(id);
    store.findKey = findKey;
    await revokedElsewhere('1');
    await watch.ask();
    arrive(before);
    expect((await finding)?.key.revokedAt).toBeDefined();
  });

  it('are all doubted after a silence of the store, and when it has too much to tell', async () => {
    store.away = new Error('away');
    clock.advance(11_000);
    await watch.ask();
    store.away = undefined;
    await issuer.revoke(id, 'while the store was away', BY);
    expect(await isRevoked()).toBe(false);
    await watch.ask();
    expect(await isRevoked()).toBe(true);
    clock.advance(1);
    const lookups = store.lookups.length;
    store.changes = Array.from({ length: MAX_RECENT_CHANGES }, (_, n) => ({ kind: 'key', id: `k${n}`, stamp: '1' }));
    await watch.ask();
    await records.find(id);
    expect(store.lookups).toHaveLength(lookups + 1);
  });

  it('are asked for by a timer that ends with the gateway', async () => {
    watch.onApplicationBootstrap();
    await revokedElsewhere('1');
    await clock.advanceAsync(1000, 100);
    expect(await isRevoked()).toBe(true);
    await watch.onApplicationShutdown();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the last use of keys', () => {
  it('is written by the batch, again after a failure, and at the end', async () => {
    const clock = new ManualClock();
    const written: (readonly [string, number])[][] = [];
    let failing = true;
    const markKeysUsed = async (uses: ReadonlyMap<string, Date>) => {
      if (failing) throw new Error('away');
      written.push([...uses].map(([id, at]) => [id, at.getTime() - Date.UTC(2026, 0, 5, 12)] as const));
    };
    const lastUse = new KeyLastUse({ markKeysUsed }, clock);
    lastUse.onApplicationBootstrap();
    for (let request = 0; request < 1000; request++) lastUse.note('a');
    lastUse.note('b');
    await clock.advanceAsync(20_000);
    failing = false;
    lastUse.note('b');
    await clock.advanceAsync(20_000);
    lastUse.note('c');
    await lastUse.onApplicationShutdown();
    expect(written).toEqual([
      [
        ['a', 0],
        ['b', 20_000],
      ],
      [['c', 40_000]],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });
});

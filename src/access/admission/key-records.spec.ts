import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { MemoryAccountStore } from '../../../test/support/memory-account-store.js';
import { SeededRandom } from '../../kernel/index.js';
import type { KeyWithAccount } from '../../persistence/index.js';
import { KeysUnavailableError } from '../credentials/keys.errors.js';
import { AccountRegistry } from '../accounts/account-registry.js';
import { KeyAuthority } from '../authority/key-authority.js';
import { KeyHasher } from '../credentials/key-hasher.js';
import { KeyIssuer } from '../keys/key-issuer.js';
import { KeyRecords } from './key-records.js';

const BY = { actor: 'test', requestId: undefined };

describe('cached key records', () => {
  let clock: ManualClock;
  let store: MemoryAccountStore;
  let records: KeyRecords;
  let issuer: KeyIssuer;
  let id: string;

  beforeEach(async () => {
    clock = new ManualClock();
    store = new MemoryAccountStore();
    records = new KeyRecords(store, clock);
    const parts = { store, clock, random: new SeededRandom(1) };
    const hasher = new KeyHasher([{ version: 1, secret: 'p' }]);
    const authority = new KeyAuthority(clock, hasher);
    const accounts = new AccountRegistry({ ...parts, authority, tierNames: () => ['FREE'] });
    issuer = new KeyIssuer({ ...parts, accounts, hasher, authority });
    id = (await issuer.create({ kind: 'live', name: 'x' }, BY)).key.id;
  });

  it('ask the store once in 30 seconds', async () => {
    await records.find(id);
    clock.advance(29_999);
    await records.find(id);
    expect(store.lookups).toHaveLength(1);
    clock.advance(1);
    await records.find(id);
    expect(store.lookups).toHaveLength(2);
  });

  it('ask the store once for many requests at the same time', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, () => records.find(id)));
    expect(new Set(found.map((record) => record?.key.id))).toEqual(new Set([id]));
    expect(store.lookups).toHaveLength(1);
  });

  it('remember unknown ids only briefly, so that a key made elsewhere soon works', async () => {
    expect(await records.find('unknown')).toBeUndefined();
    clock.advance(4_999);
    expect(await records.find('unknown')).toBeUndefined();
    expect(store.lookups).toHaveLength(1);
    clock.advance(1);
    await records.find('unknown');
    expect(store.lookups).toHaveLength(2);
  });

  it('notice a revocation by another process within 30 seconds', async () => {
    await records.find(id);
    await issuer.revoke(id, 'test', BY);
    clock.advance(30_000);
    expect((await records.find(id))?.key.revokedAt).toBeDefined();
  });

  it('are kept for 15 minutes while the store is away, and no longer', async () => {
    await records.find(id);
    store.away = new Error('refused');
    clock.advance(15 * 60_000 - 1);
    expect((await records.find(id))?.key.id).toBe(id);
    clock.advance(1);
    await expect(records.find(id)).rejects.toThrow(KeysUnavailableError);
  });

  it('of admins are kept for a day where an operator reads the state of the gateway, those of customers are not', async () => {
    const admin = (await issuer.create({ kind: 'adm', name: 'x' }, BY)).key.id;
    const operators = { forOperators: true };
    await Promise.all([records.find(id), records.find(admin)]);
    store.away = new Error('refused');
    clock.advance(15 * 60_000);
    await expect(records.find(admin)).rejects.toThrow(KeysUnavailableError);
    await expect(records.find(id, operators)).rejects.toThrow(KeysUnavailableError);
    expect((await records.find(admin, operators))?.key.id).toBe(admin);
    clock.advance(86_400_000 - 15 * 60_000 - 1);
    expect((await records.find(admin, operators))?.key.id).toBe(admin);
    clock.advance(1);
    await expect(records.find(admin, operators)).rejects.toThrow(KeysUnavailableError);
  });

  it('answer an operator within a second when the store hangs', async () => {
    const admin = (await issuer.create({ kind: 'adm', name: 'x' }, BY)).key.id;
    await records.find(admin);
    clock.advance(3_600_000);
    store.findKey = () => new Promise(() => {});
    const found = records.find(admin, { forOperators: true });
    await clock.advanceAsync(1_000);
    expect((await found)?.key.id).toBe(admin);
  });

  it('leave a failing store alone for a second, then use it again', async () => {
    await records.find(id);
    clock.advance(30_000);
    store.away = new Error('refused');
    for (let request = 0; request < 10; request++) await records.find(id);
    expect(store.lookups).toHaveLength(2);
    store.away = undefined;
    clock.advance(1_000);
    await records.find(id);
    expect(store.lookups).toHaveLength(3);
  });

  it('do not wait longer than a second for a store that hangs when a record is kept', async () => {
    await records.find(id);
    clock.advance(30_000);
    store.findKey = () => new Promise(() => {});
    const found = records.find(id);
    await clock.advanceAsync(1_000);
    expect((await found)?.key.id).toBe(id);
  });

  it('never go back to what was read before a revocation', async () => {
    const before = await store.findKey(id);
    let answer: (record: KeyWithAccount | undefined) => void = () => {};
    store.findKey = () => new Promise((resolve) => (answer = resolve));
    const reading = records.find(id);
    records.replace(await issuer.revoke(id, 'test', BY));
    answer(before);
    expect((await reading)?.key.revokedAt).toBeDefined();
    expect((await records.find(id))?.key.revokedAt).toBeDefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AuditEntry,
  type Database,
  type MappingChange,
  type SymbolMappingStore,
} from '../../src/persistence/index.js';
import { TypeOrmSymbolMappingStore } from '../../src/persistence/mappings/typeorm-symbol-mapping-store.js';
import { MemorySymbolMappingStore } from '../support/memory-symbol-mapping-store.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const AT = new Date(Date.UTC(2026, 10, 21));

function change(brokerName: string | undefined, detail: AuditEntry['detail'] = {}): MappingChange {
  const audit = { at: AT, actor: 'key:k', action: 'symbol-mapping.changed', target: 't', detail, requestId: undefined };
  return { brokerName, at: AT, audit };
}

describe.each(['on Postgres', 'in memory'])('a symbol mapping store %s', (where) => {
  let test: TestDatabase | undefined;
  let database: Database | undefined;
  let store: SymbolMappingStore;
  let audited: () => Promise<number>;

  beforeAll(async () => {
    if (where === 'in memory') {
      const memory = new MemorySymbolMappingStore();
      store = memory;
      audited = async () => memory.audited.length;
      return;
    }
    test = await createTestDatabase();
    database = await connectDatabase(test.url);
    store = new TypeOrmSymbolMappingStore(database);
    const { name } = test;
    audited = () => withAdmin(async (client) => (await client.query('SELECT FROM audit_event')).rowCount ?? 0, name);
  });
  afterAll(async () => {
    await database?.close();
    await test?.drop();
  });

  it('counts changes, keeps what was taken back, and writes an audit row for each change and for nothing else', async () => {
    const key = { terminalId: 'A', symbol: 'EURUSD' };
    const seen: unknown[] = [];
    const set = (to: MappingChange | undefined) =>
      store.change(key, (current) => {
        seen.push(current?.brokerName);
        return to;
      });
    expect(await set(undefined)).toBeUndefined();
    const first = { ...key, brokerName: 'EURUSD.m', version: 1, changedAt: AT, changedBy: 'key:k' };
    expect(await set(change('EURUSD.m'))).toEqual(first);
    expect(await set(undefined)).toEqual(first);
    expect(await set(change(undefined))).toEqual({ ...first, version: 2, brokerName: undefined });
    expect(await set(change('EURUSD#£ '))).toMatchObject({ version: 3, brokerName: 'EURUSD#£ ' });
    expect(seen).toEqual([undefined, undefined, 'EURUSD.m', 'EURUSD.m', undefined]);
    expect(await store.all()).toMatchObject([{ version: 3 }]);
    expect(await audited()).toBe(3);
  });

  it('changes nothing when the decision throws', async () => {
    const key = { terminalId: 'A', symbol: 'GOLD' };
    const refuse = () => {
      throw new RangeError('no');
    };
    await expect(store.change(key, refuse)).rejects.toThrow(new RangeError('no'));
    expect((await store.all()).filter(({ symbol }) => symbol === 'GOLD')).toEqual([]);
  });

  it('lets many who come at once decide one after the other, also about the first row', async () => {
    const key = { terminalId: 'B', symbol: 'EURUSD' };
    const before = await audited();
    const once = () => store.change(key, (current) => (current === undefined ? change('X') : undefined));
    const answers = await Promise.all(Array.from({ length: 6 }, once));
    expect(answers.map((mapping) => mapping?.version)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await audited()).toBe(before + 1);
  });
});

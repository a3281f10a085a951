import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type ServerClockStore } from '../../src/persistence/index.js';
import { PostgresServerClockStore } from '../../src/persistence/clocks/postgres-server-clock-store.js';
import { MemoryServerClockStore } from '../support/memory-server-clock-store.js';
import { connectDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe.each(['on Postgres', 'in memory'])('a server clock store %s', (where) => {
  let test: TestDatabase | undefined;
  let database: Database | undefined;
  let store: ServerClockStore;

  beforeAll(async () => {
    if (where === 'in memory') {
      store = new MemoryServerClockStore();
      return;
    }
    test = await createTestDatabase();
    database = await connectDatabase(test.url);
    store = new PostgresServerClockStore(database);
  });
  afterAll(async () => {
    await database?.close();
    await test?.drop();
  });

  it('gives back what was written, ascending and by server; what begins at the same time is written over', async () => {
    expect([...(await store.all())]).toEqual([]);
    const winter = { offset: 7200, from: 1_790_000_000, to: 1_790_000_060 };
    const summer = { offset: 10_800, from: 1_780_000_000, to: 1_780_003_600 };
    const weekend = { saturday: 1_795_219_200, last: 1_795_215_600, first: 1_795_392_000 };
    await store.write('Broker-Live', { sightings: [winter], weekends: [weekend] });
    await store.write('Broker-Live', { sightings: [summer, { ...winter, to: 1_790_090_000 }], weekends: [] });
    await store.write('Other', { sightings: [], weekends: [{ ...weekend, last: weekend.last - 3600 }] });
    await store.write('Other', { sightings: [], weekends: [weekend] });
    expect(new Map(await store.all())).toEqual(
      new Map([
        ['Broker-Live', { sightings: [summer, { ...winter, to: 1_790_090_000 }], weekends: [weekend] }],
        ['Other', { sightings: [], weekends: [weekend] }],
      ]),
    );
  });
});

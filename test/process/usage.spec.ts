import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresUsageStore } from '../../src/persistence/index.js';
import { connectDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { GatewaySite } from './gateway-process.js';
import { until } from '../support/until.js';

const PERIOD = { from: '2000-01-01', to: '2999-01-01' };

let test: TestDatabase;
let site: GatewaySite;
beforeAll(async () => {
  test = await createTestDatabase();
  site = new GatewaySite(test.url);
});
afterAll(async () => {
  await site?.close();
  await test?.drop();
});

it('the usage has every request that was written before a kill and none twice, and every one after a stop', async () => {
  const database = await connectDatabase(test.url);
  const store = new PostgresUsageStore(database);
  const written = async (): Promise<number> => (await store.total(PERIOD)).requests;
  const untilWritten = (count: number) => until(async () => (await written()) >= count, `${count} are written`);
  const create = site.program('cli/keys.js', ['create', '--kind', 'live', '--name', 'load', '--tier', 'PRO']);
  await create.ended;
  const key = /mt5g_live_\w+/.exec(create.output)?.[0] ?? create.output;
  const ask = async (url: string, count: number): Promise<void> => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => fetch(`${url}/api/v1/me`, { headers: { 'x-api-key': key } })),
    );
    for (const answer of answers) expect(answer.status).toBe(200);
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  };

  const first = await site.listening();
  await ask(first.url, 300);
  await untilWritten(300);
  await ask(first.url, 200);
  first.gateway.kill('SIGKILL');
  await first.gateway.ended;

  const second = await site.listening();
  const kept = await written();
  expect(kept).toBeGreaterThanOrEqual(300);
  expect(kept).toBeLessThanOrEqual(500);
  await ask(second.url, 123);
  second.gateway.kill('SIGTERM');
  await second.gateway.ended;
  expect(await written()).toBe(kept + 123);
  await database.close();
});

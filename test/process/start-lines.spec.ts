import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { GatewaySite } from './gateway-process.js';

let database: TestDatabase;
let site: GatewaySite;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  site = new GatewaySite(database.url);
});
afterEach(() => site.close());

describe('the first lines of npm start', () => {
  it('say how many terminals and symbols were loaded', async () => {
    const { gateway } = await site.listening();
    expect(gateway.stdout).toContain('loaded 15 terminals, 15 symbols');
    expect(gateway.stdout).not.toContain('is ignored');
  });

  it('say which variables have no effect, and never their values', async () => {
    const { gateway } = await site.listening({ DB_PREPARE_THRESHOLD: 'hunter2', DB_POOLSIZE: '7' });
    expect(gateway.stdout).toMatch(/"level":40,.*DB_PREPARE_THRESHOLD is ignored: not needed/);
    expect(gateway.stdout).toContain('DB_POOLSIZE is ignored: there is no such setting; did you mean DB_POOL_SIZE?');
    expect(gateway.output).not.toContain('hunter2');
  });

  it('lead from / and /health to what can be asked', async () => {
    const open = await site.listening();
    const root = await fetch(`${open.url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
    const health = await fetch(`${open.url}/health`);
    expect([health.status, await health.json()]).toEqual([
      200,
      { live: '/health/live', ready: '/health/ready', summary: '/api/health' },
    ]);
  });

  it('tell of the gateway itself at / where the documentation is switched off', async () => {
    const { url } = await site.listening({ DOCS_ACCESS: 'off' });
    const root = await fetch(`${url}/`, { redirect: 'manual' });
    expect([root.status, await root.json()]).toEqual([
      200,
      { name: 'mt5-gateway', version: expect.stringMatching(/^\d/), health: '/api/health' },
    ]);
  });
});

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../../embedded-postgres/embedded-postgres.js';
import { migrate } from '../../src/persistence/index.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { until } from '../support/until.js';

// A server of its own is made and started twice.
const CALLERS = 4;
const CANDLES = '/api/v1/candles/EURUSD/H1?bars=500';

interface Page {
  readonly data: { readonly candles: readonly { readonly time: number; readonly complete: boolean }[] };
}
interface Ready {
  readonly details: { readonly database: { readonly status: string; readonly pool: { readonly status: string } } };
}

/** The drill of docs/database.md, with everything real. */
describe('a restart of Postgres under load', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let url: string;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    folder = await mkdtemp(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'restart-'));
    await chmod(folder, 0o755);
    server = new EmbeddedPostgres({ dataDir: folder, durable: true });
    ({ url } = await server.start());
    await migrate(url);
    gateway = await new GatewaySetup()
      .terminal('MT5_01', 'EURUSD')
      .timeframes('H1')
      .environment({ DATABASE_URL: url, DB_POOL_TIMEOUT: '1', AUDIT_SPOOL_DIR: join(folder, 'spool') })
      .start();
  });

  afterAll(async () => {
    await gateway?.close();
    await server?.destroy();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** The column `value`, as text. */
  const rows = async (text: string): Promise<readonly string[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { rows: found } = await client.query<{ value: string | number }>(text);
      return found.map(({ value }) => String(value));
    } finally {
      await client.end();
    }
  };
  const readiness = () => gateway.ask<Ready>('/health/ready', { key: null });

  /** Callers that read candles one after the other until `stop`; resolves with each status, and the code of a refusal. */
  const readers = () => {
    const statuses: string[] = [];
    const run = { goesOn: true };
    const caller = async (): Promise<void> => {
      while (run.goesOn) {
        const { status, body } = await gateway.ask<{ code?: string; detail?: string }>(CANDLES);
        statuses.push([status, body.code, body.detail].filter((part) => part !== undefined).join(' '));
      }
    };
    const callers = Promise.all(Array.from({ length: CALLERS }, caller));
    const stop = async (): Promise<readonly string[]> => {
      run.goesOn = false;
      await callers;
      return statuses;
    };
    return { statuses, stop };
  };

  it('is not seen by those who read, and loses nothing that was acknowledged', async () => {
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    const order = async (name: string): Promise<void> => {
      try {
        await gateway.key({ name });
        acknowledged.push(name);
      } catch (error) {
        refused.push(error);
      }
    };
    const reading = readers();
    await order('before');
    await gateway.seeKeyChanges();
    // The callers' key is known again once each of them had an answer.
    const known = reading.statuses.length + 2 * CALLERS;
    await until(() => reading.statuses.length >= known, 'the callers have read again');
    const stopping = server.stop();
    // Some of these are under way while the server goes down.
    for (let number = 0; number < 5; number++) await order(`going-${number}`);
    await stopping;
    await order('away');
    expect(acknowledged).not.toContain('away');
    const down = await readiness();
    expect([down.status, down.body.details.database]).toEqual([
      503,
      // Not its size: a caller may be dialing in vain at this moment.
      expect.objectContaining({ status: 'down', pool: expect.objectContaining({ status: 'error' }) }),
    ]);
    const duringOutage = reading.statuses.length;
    const { data } = (await gateway.ask<Page>(CANDLES)).body;
    await server.start();
    const up = await readiness();
    expect([up.status, up.body.details.database.pool.status]).toEqual([200, 'healthy']);
    await order('after');
    expect(acknowledged).toEqual(expect.arrayContaining(['before', 'after']));
    const statuses = await reading.stop();
    expect(duringOutage).toBeGreaterThan(0);
    expect([...new Set(statuses)]).toEqual(['200']);
    for (const error of refused) expect(error).toMatchObject({ code: 'reduced-capacity' });

    await gateway.stopTerminals();
    await gateway.stopGateway();
    expect(await rows('SELECT name AS value FROM api_key')).toEqual(expect.arrayContaining(acknowledged));
    const told = await rows(
      `SELECT detail::jsonb->'after'->>'name' AS value FROM audit_event WHERE action = 'key.created'`,
    );
    expect(told).toEqual(expect.arrayContaining(acknowledged));
    const stored = new Set(await rows('SELECT time AS value FROM candle'));
    const closed = data.candles.filter(({ complete }) => complete).map(({ time }) => String(time));
    expect(closed.length).toBeGreaterThan(400);
    expect(closed.filter((time) => !stored.has(time))).toEqual([]);
  });
});

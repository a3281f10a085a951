import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { KeyIssuer } from '../../src/access/index.js';
import { loadSettings } from '../../src/config/index.js';
import { createGateway } from '../../src/create-gateway.js';
import { listen } from '../../src/http/index.js';
import { migrate } from '../../src/persistence/index.js';
import { ProductionDatabase, type RoleName, withClient } from './production-database.js';
import { ProductionPooler } from './production-pooler.js';

const ROOT = join(import.meta.dirname, '../..');

let database: ProductionDatabase;
let pooler: ProductionPooler;
let userlist: { mode: number; text: string; said: string };

beforeAll(async () => {
  database = await ProductionDatabase.start();
  await database.applyRoles();
  await database.setPasswords();
  await migrate(database.url('mt5gw_migrate'));
  pooler = await ProductionPooler.start(database.port, async (file) => {
    const said = await generateUserlist(database.url('postgres'), ['--out', file]);
    userlist = { mode: statSync(file).mode & 0o777, text: readFileSync(file, 'utf8'), said };
  });
});

afterAll(async () => {
  await pooler?.stop();
  await database?.stop();
});

/** The command as an operator runs it; gives what it printed. */
async function generateUserlist(url: string, parameters: readonly string[]): Promise<string> {
  const program = join(ROOT, 'dist/cli/generate-userlist.js');
  const child = spawn(process.execPath, [program, ...parameters], {
    cwd: process.env.TEST_RUN_FOLDER ?? tmpdir(),
    env: { PATH: process.env.PATH, USERLIST_DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return `${said}exit ${code}`;
}

const through = (role: RoleName, name = 'mt5gateway') => database.url(role, name, pooler.port);

/** The rows of one statement, directly as a role. */
function ask(role: RoleName, text: string): Promise<Record<string, unknown>[]> {
  return database.as(role, 'mt5gateway', async (client) => (await client.query<Record<string, unknown>>(text)).rows);
}

/** The code of the refusal, or `allowed`; what it did is taken back. */
function attempt(role: RoleName, text: string): Promise<string> {
  return database.as(role, 'mt5gateway', async (client) => {
    await client.query('BEGIN');
    try {
      await client.query(text);
      return 'allowed';
    } catch (error) {
      return (error as pg.DatabaseError).code ?? String(error);
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

const FORBIDDEN = '42501';
/** As PgBouncer says it, whatever the reason. */
const REFUSED = /authentication failed/;
const EVENT = `(at, entry_id, actor, action, target, detail) VALUES (now(), gen_random_uuid(), 'a', 'b', 'c', '{}')`;

describe('the server of docker/postgres', () => {
  it('takes every line of postgresql.conf and pg_hba.conf', async () => {
    const faults = await ask('postgres', 'SELECT name FROM pg_file_settings WHERE error IS NOT NULL OR NOT applied');
    const lines = await ask('postgres', 'SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL');

    // These three are set otherwise on the command line of this test, which the server tells in the same way.
    expect(faults.map(({ name }) => name)).toEqual(['listen_addresses', 'port', 'hba_file']);
    expect(lines).toEqual([]);
  });

  it('runs with what the guide asks for', async () => {
    const rows = await ask('postgres', 'SELECT name, setting FROM pg_settings');
    const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));

    expect(settings).toMatchObject({
      max_connections: '200',
      superuser_reserved_connections: '5',
      idle_in_transaction_session_timeout: '600000',
      password_encryption: 'scram-sha-256',
      tcp_keepalives_idle: expect.any(String),
      client_connection_check_interval: '10000',
    });
    const alive = await ask(
      'postgres',
      "SELECT current_setting('tcp_keepalives_idle') AS idle, current_setting('tcp_keepalives_interval') AS every," +
        " current_setting('tcp_keepalives_count') AS times, current_setting('tcp_user_timeout') AS unanswered",
    );
    expect(alive).toEqual([{ idle: '60', every: '10', times: '5', unanswered: '30000' }]);
  });

  it('has the sizes that entry.sh works out from a container of 512 MB', async () => {
    expect(database.sizes).toEqual([
      'shared_buffers=128MB',
      'effective_cache_size=307MB',
      'work_mem=4MB',
      'maintenance_work_mem=32MB',
    ]);
    expect(await ask('postgres', 'SHOW shared_buffers')).toEqual([{ shared_buffers: '128MB' }]);
  });

  it('lets nobody in but by SCRAM, and no role into a database that is not its own', async () => {
    const rules = await ask('postgres', 'SELECT DISTINCT auth_method FROM pg_hba_file_rules ORDER BY 1');

    expect(rules).toEqual([{ auth_method: 'reject' }, { auth_method: 'scram-sha-256' }]);
    await expect(withClient(database.url('mt5gw_app', 'postgres'), () => Promise.resolve())).rejects.toMatchObject({
      code: '28000',
    });
  });
});

describe('roles.sql', () => {
  it('can be run again on a database in use and changes nothing then', async () => {
    const rights = `
      SELECT relname, relacl::text, pg_get_userbyid(relowner) AS owner FROM pg_class
      WHERE relnamespace = 'public'::regnamespace ORDER BY relname`;
    const before = await ask('postgres', rights);
    await database.applyRoles();

    expect(await ask('postgres', rights)).toEqual(before);
  });

  it('hands tables and functions of an older set-up to the migrating role', async () => {
    await ask('postgres', 'CREATE TABLE audit_older (id int)');
    await ask('postgres', 'CREATE TABLE older (id int)');
    await ask('postgres', 'CREATE FUNCTION older() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$');
    await database.applyRoles();

    expect(await attempt('mt5gw_app', 'DELETE FROM older WHERE older() = 2')).toBe('allowed');
    expect(await attempt('mt5gw_app', 'DELETE FROM audit_older')).toBe(FORBIDDEN);
    expect(await attempt('mt5gw_migrate', 'DROP TABLE older, audit_older')).toBe('allowed');
    expect(await attempt('mt5gw_migrate', 'DROP FUNCTION older')).toBe('allowed');
  });

  it.each([
    'CREATE TABLE mine (id int)',
    'CREATE TEMPORARY TABLE mine (id int)',
    'CREATE SCHEMA mine',
    'DROP TABLE candle',
    'ALTER TABLE candle ADD COLUMN mine int',
    'TRUNCATE candle',
    'CREATE INDEX ON candle (open)',
    'UPDATE audit_event SET actor = actor',
    'UPDATE audit_event SET at = now()',
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    'DELETE FROM audit_event_default',
    `INSERT INTO audit_event_default ${EVENT}`,
    'UPDATE audit_event_default SET seq = 1',
    'DELETE FROM audit_chain',
    'INSERT INTO audit_anchor SELECT * FROM audit_anchor',
    'DELETE FROM audit_anchor',
    'DELETE FROM schema_migration',
    'SELECT rolpassword FROM pg_authid',
    'SET ROLE mt5gw_migrate',
    'ALTER ROLE mt5gw_app SUPERUSER',
    'CREATE ROLE mine',
    "COPY candle TO PROGRAM 'cat'",
  ])('keeps the application from: %s', async (text) => {
    expect(await attempt('mt5gw_app', text)).toBe(FORBIDDEN);
  });

  it.each([
    `INSERT INTO candle VALUES (1, 3600, 1, 2, 0.5, 1.5, 1, 1, 1)`,
    'UPDATE candle SET spread = 2',
    'DELETE FROM candle',
    `INSERT INTO audit_event ${EVENT}`,
    'SELECT * FROM audit_event',
    "UPDATE audit_event SET seq = 1, hash = ''",
    'SELECT * FROM audit_chain FOR UPDATE',
    'UPDATE audit_chain SET seq = seq, hash = hash',
    'SELECT * FROM audit_anchor',
    'SELECT audit_make_partitions(now(), 4)',
    "SELECT audit_drop_partition(now() - interval '1 year')",
    'SELECT name FROM schema_migration',
  ])('lets the application: %s', async (text) => {
    expect(await attempt('mt5gw_app', text)).toBe('allowed');
  });

  it('keeps the audit trail append-only in partitions that the application has made', async () => {
    await ask('mt5gw_app', "SELECT audit_make_partitions(now() + interval '1 year', 1)");
    const partitions = await ask(
      'postgres',
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_event'::regclass",
    );
    const outcomes = await Promise.all(
      partitions.map(({ name }) => attempt('mt5gw_app', `UPDATE ${String(name)} SET seq = 1`)),
    );

    expect(partitions.length).toBeGreaterThan(5);
    expect(new Set(outcomes)).toEqual(new Set([FORBIDDEN]));
  });

  it('grants what a later migration makes, without the migration saying so', async () => {
    await ask('mt5gw_migrate', 'CREATE TABLE later (id int GENERATED ALWAYS AS IDENTITY, note text)');
    await ask('mt5gw_migrate', 'CREATE TABLE audit_later (id int)');

    expect(await attempt('mt5gw_app', "INSERT INTO later (note) VALUES ('n') RETURNING id")).toBe('allowed');
    expect(await attempt('mt5gw_app', 'DELETE FROM later')).toBe('allowed');
    expect(await attempt('mt5gw_app', 'ALTER TABLE later ADD COLUMN x int')).toBe(FORBIDDEN);
    expect(await attempt('mt5gw_app', 'INSERT INTO audit_later VALUES (1)')).toBe(FORBIDDEN);
    expect(await attempt('mt5gw_stats', 'SELECT * FROM public.later')).toBe(FORBIDDEN);
  });

  it('lets the monitoring role see activity and statistics, but no row of any table', async () => {
    const tables = await ask('postgres', "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    const readings: string[] = [];
    for (const { tablename } of tables) {
      readings.push(await attempt('mt5gw_stats', `SELECT 1 FROM public."${String(tablename)}"`));
    }

    expect(tables.length).toBeGreaterThan(6);
    expect(new Set(readings)).toEqual(new Set([FORBIDDEN]));
    expect(await attempt('mt5gw_stats', 'CREATE TABLE mine (id int)')).not.toBe('allowed');
    expect(await attempt('mt5gw_stats', 'SELECT query FROM pg_stat_activity')).toBe('allowed');
    expect(await ask('mt5gw_stats', "SELECT pg_database_size('mt5gateway') > 0 AS known")).toEqual([{ known: true }]);
  });

  it('keeps the migrating role from roles, other databases and files', async () => {
    for (const text of ['CREATE ROLE mine', 'CREATE DATABASE mine', "COPY candle TO '/tmp/mine'", 'CREATE SCHEMA mine'])
      expect(await database.as('mt5gw_migrate', 'mt5gateway', (client) => client.query(text)).catch(codeOf)).toBe(
        FORBIDDEN,
      );
  });
});

const codeOf = (error: unknown): string => (error as pg.DatabaseError).code ?? String(error);

describe('generate-userlist', () => {
  it('writes the verifiers for its owner alone and prints none of them', () => {
    expect(userlist.mode).toBe(0o600);
    expect(userlist.text).toMatch(
      /^"mt5gw_app" "SCRAM-SHA-256\$4096:[^"]+"\n"mt5gw_stats" "SCRAM-SHA-256\$4096:[^"]+"\n$/,
    );
    expect(userlist.said).toMatch(/holds mt5gw_app, mt5gw_stats\. .*\nexit 0$/);
    expect(userlist.said).not.toContain('SCRAM');
  });

  it('refuses what it was not asked rightly with a sentence, and leaves no file', async () => {
    const out = join(pooler.folder, 'refused.txt');
    const said = await generateUserlist(database.url('postgres'), ['--out', out, '--role', 'nobody_here']);
    const misspelt = await generateUserlist('', ['--rolle', 'x']);

    expect(said).toMatch(/^generate-userlist: The server has no role nobody_here: .*\nexit 1$/);
    expect(misspelt).toMatch(/Unknown option '--rolle'[^]*usage:[^]*exit 1$/);
    expect(() => statSync(out)).toThrow('ENOENT');
  });

  it('says that it needs a superuser, and where to name one, without showing what was given', async () => {
    expect(await generateUserlist(database.url('mt5gw_app'), [])).toMatch(/may not read pg_authid/);
    const wrong = await generateUserlist(database.url('postgres').replace(':superuser@', ':hunter2@'), []);
    expect(wrong).toMatch(/it refuses the password/);
    expect(wrong).not.toContain('hunter2');
  });
});

describe('PgBouncer with docker/pgbouncer/pgbouncer.ini', () => {
  /** The console, as the metrics read it. */
  const console = (command: string) =>
    withClient(through('mt5gw_stats', 'pgbouncer'), async (client) => {
      const { rows } = await client.query<Record<string, string>>(command);
      return rows;
    });

  it('runs with the settings of the guide', async () => {
    const rows = await console('SHOW CONFIG');
    const settings = Object.fromEntries(rows.map(({ key, value }) => [key, value]));

    expect(settings).toMatchObject({
      pool_mode: 'transaction',
      auth_type: 'scram-sha-256',
      max_client_conn: '1000',
      default_pool_size: '25',
      min_pool_size: '10',
      reserve_pool_size: '5',
      max_db_connections: '50',
      server_idle_timeout: '600',
      server_lifetime: '3600',
      server_connect_timeout: '15',
      client_idle_timeout: '0',
      query_timeout: '0',
      so_reuseport: '1',
      tcp_keepalive: '1',
      tcp_keepidle: '60',
      tcp_keepintvl: '10',
      tcp_keepcnt: '5',
      tcp_user_timeout: '30000',
      admin_users: '',
      stats_users: 'mt5gw_stats',
    });
  });

  it('takes the generated userlist, and refuses a wrong password', async () => {
    const user = await withClient(through('mt5gw_app'), async (client) => (await client.query('SELECT user')).rows);

    expect(user).toEqual([{ user: 'mt5gw_app' }]);
    const wrong = through('mt5gw_app').replace(':app@', ':wrong@');
    await expect(withClient(wrong, (client) => client.query('SELECT 1'))).rejects.toThrow(REFUSED);
  });

  it('lets only the monitoring role look at the console, and lets it command nothing', async () => {
    expect((await console('SHOW POOLS')).length).toBeGreaterThan(0);
    await expect(console('PAUSE')).rejects.toThrow(/admin access needed/);
    await expect(withClient(through('mt5gw_app', 'pgbouncer'), (client) => client.query('SHOW POOLS'))).rejects.toThrow(
      /not allowed/,
    );
  });

  it('keeps migrating and superuser roles out', async () => {
    for (const role of ['mt5gw_migrate', 'postgres'] as const) {
      await expect(withClient(through(role), (client) => client.query('SELECT 1'))).rejects.toThrow(REFUSED);
    }
  });

  it("holds the application to its role's limits", async () => {
    const limits = await withClient(
      through('mt5gw_app'),
      async (client) =>
        (
          await client.query(
            "SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock," +
              " current_setting('idle_in_transaction_session_timeout') AS idle",
          )
        ).rows,
    );

    expect(limits).toEqual([{ statement: '5s', lock: '2s', idle: '10s' }]);
    expect(
      await ask(
        'mt5gw_migrate',
        "SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l",
      ),
    ).toEqual([{ s: '30min', l: '1min' }]);
  });

  it('ends a statement of the application that has waited two seconds for a lock', async () => {
    await database.as('postgres', 'mt5gateway', async (holder) => {
      await holder.query('BEGIN; LOCK TABLE series');
      const outcome = await withClient(through('mt5gw_app'), (client) => client.query('SELECT * FROM series')).catch(
        codeOf,
      );

      expect(outcome).toBe('55P03');
      await holder.query('ROLLBACK');
    });
  });

  it('serves the gateway as the application role, in the way compose starts it', async () => {
    const app: NestFastifyApplication = await createGateway(
      loadSettings({
        DATABASE_URL: through('mt5gw_app'),
        PGBOUNCER_ADMIN_URL: through('mt5gw_stats', 'pgbouncer'),
        USE_PGBOUNCER: 'true',
        BRIDGE_MASTER_SECRET: 'a master secret for tests only, 32 characters',
        KEY_PEPPER: 'a pepper for tests only, 32 characters or more',
        CONFIG_DIR: join(ROOT, 'config'),
        PORT: '0',
        BRIDGE_PORT: '0',
        AUDIT_SPOOL_DIR: join(pooler.folder, 'spool'),
        LOG_LEVEL: 'silent',
        SHUTDOWN_GRACE_MS: '0',
      }),
    );
    try {
      await listen(app);
      const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
      const issuer = app.get(KeyIssuer, { strict: false });
      const order = { kind: 'live', name: 'a customer', tier: 'PRO' } as const;
      const { text } = await issuer.create(order, { actor: 'test', requestId: undefined });
      const me = await fetch(`${url}/api/v1/me`, { headers: { 'X-API-Key': text } });
      const response = await fetch(`${url}/health/ready`);
      const { info } = (await response.json()) as { info: Record<string, unknown> };

      // No terminal is connected here; the database is what this is about.
      expect(me.status).toBe(200);
      expect(info).toMatchObject({ database: { status: 'up' } });
    } finally {
      await app.close();
    }
    expect(await ask('mt5gw_app', 'SELECT DISTINCT action FROM audit_event')).toContainEqual({ action: 'key.created' });
    const pools = await console('SHOW POOLS');
    expect(pools.map(({ database: name, user }) => `${name} ${user}`)).toContain('mt5gateway mt5gw_app');
  });

  it('gives its own system user, and nobody else, the console on the socket without a password', async () => {
    expect(await commandOnSocket(pooler.user?.uid)).toBe('RELOAD');
    // As an ordinary user there is nobody else to be.
    if (pooler.user !== undefined) expect(await commandOnSocket(0)).toMatch(/not allowed|password/);
  });
});

/** The last command that the console took from a system user, or its refusal. */
async function commandOnSocket(uid: number | undefined): Promise<string> {
  const client = new pg.Client({ host: pooler.folder, port: pooler.port, user: 'pgbouncer', database: 'pgbouncer' });
  client.on('error', () => undefined);
  try {
    // PgBouncer looks at who opened the socket, which happens within the call.
    if (uid !== undefined) process.seteuid?.(uid);
    const connected = client.connect();
    if (uid !== undefined) process.seteuid?.(0);
    await connected;
    for (const command of ['PAUSE mt5gateway', 'RESUME mt5gateway']) await client.query(command);
    return (await client.query('RELOAD')).command;
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

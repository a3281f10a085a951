import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres, EmbeddedPostgresError } from '../../embedded-postgres/embedded-postgres.js';
import { until } from '../support/until.js';

// Each test makes a database or two, which takes a second of processor time and many more on a busy machine.
describe('embedded Postgres', () => {
  let folder: string;
  let started: EmbeddedPostgres[];

  beforeEach(async () => {
    folder = await mkdtemp(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), "mt5 gateway's embedded-"));
    await chmod(folder, 0o755);
    started = [];
  });

  afterEach(async () => {
    for (const server of started) await server.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  /** Durable only where that is what is tested: the disk is the slowest part of it. */
  const newServer = (dataDir = folder, durable = false): EmbeddedPostgres => {
    const server = new EmbeddedPostgres({ dataDir, durable });
    started.push(server);
    return server;
  };

  const query = async (url: string, text: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: url });
    // A server that is killed takes its connections with it.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };

  const cluster = (): string => join(folder, 'postgres', 'cluster');
  const serverPid = (): number => Number(readFileSync(join(cluster(), 'postmaster.pid'), 'utf8').split('\n')[0]);
  const ended = (pid: number): Promise<void> =>
    until(() => !existsSync(`/proc/${pid}/cwd`), `process ${pid} has ended`);

  it('finds its data, its password and its port again at the second start, in a folder with a blank and a quote', async () => {
    const { url } = await newServer().start();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS n');
    await started[0]?.stop();
    await expect(query(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    expect((await newServer().start()).url).toBe(url);
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('listens on the loopback interface only, asks for a password, and keeps it to itself', async () => {
    const { url } = await newServer(folder, true).start();
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'SHOW unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    expect(await query(url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await expect(query(Object.assign(new URL(url), { password: 'wrong' }).href, 'SELECT 1')).rejects.toThrow(
      /password/,
    );
    const { mode } = await stat(join(folder, 'postgres', 'password'));
    expect(mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, 'postgres', 'initdb.password'))).toBe(false);
  });

  it('adopts a server that survived its starter', async () => {
    const { url } = await newServer().start();
    const pid = serverPid();
    expect(await newServer().start()).toEqual({ url });
    expect(serverPid()).toBe(pid);
  });

  it('recovers what was committed after its server was killed', async () => {
    const { url } = await newServer(folder, true).start();
    await query(url, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    const pid = serverPid();
    process.kill(pid, 'SIGKILL');
    await ended(pid);
    const again = await newServer().start();
    expect(await query(again.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
  });

  it('is not misled by a lock file that names another process', async () => {
    await newServer().start();
    const lock = await readFile(join(cluster(), 'postmaster.pid'), 'utf8');
    await started[0]?.stop();
    await writeFile(join(cluster(), 'postmaster.pid'), lock.replace(/^\d+/, String(process.pid)));
    const { url } = await newServer().start();
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('takes another port when somebody has taken its own', async () => {
    const { url } = await newServer().start();
    await started[0]?.stop();
    const intruder = createServer().listen(Number(new URL(url).port), '127.0.0.1');
    await once(intruder, 'listening');
    const again = await newServer().start();
    intruder.close();
    expect(new URL(again.url).port).not.toBe(new URL(url).port);
    expect(await query(again.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('throws away what an interrupted first start left', async () => {
    await mkdir(join(folder, 'postgres', 'cluster.new'), { recursive: true });
    await writeFile(join(folder, 'postgres', 'cluster.new', 'PG_VERSION'), '18\n');
    const { url } = await newServer().start();
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('says what to do when the password is lost, or the cluster is not one', async () => {
    await newServer().start();
    await started[0]?.stop();
    const password = join(folder, 'postgres', 'password');
    await rename(password, `${password}.lost`);
    await expect(newServer().start()).rejects.toThrow(/password is missing, .* restore the file, or remove/);
    await rename(`${password}.lost`, password);
    await rename(join(cluster(), 'PG_VERSION'), join(cluster(), 'PG_VERSION.lost'));
    await expect(newServer().start()).rejects.toThrow(EmbeddedPostgresError);
  });

  it('can be stopped twice, and before it was started', async () => {
    const server = newServer();
    await server.stop();
    await server.start();
    await server.stop();
    await server.stop();
  });

  const rootIt = process.getuid?.() === 0 ? it : undefined;

  rootIt?.('works for root in a folder that nobody else may enter, and finds its data there again', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const { url } = await newServer(join(closed, 'data')).start();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS n');
    await started[0]?.stop();
    const again = await newServer(join(closed, 'data')).start();
    expect(await query(again.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  rootIt?.('never lets Postgres run as root', async () => {
    await newServer().start();
    const owner = execFileSync('ps', ['-o', 'uid=', '-p', String(serverPid())], { encoding: 'utf8' }).trim();
    expect(Number(owner)).toBeGreaterThan(0);
  });
});

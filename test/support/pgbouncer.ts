import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A real PgBouncer in transaction mode in front of the test server. */
export interface PgBouncer {
  /** The URL of a database on the test server, through the pooler. */
  urlOf(database: string): string;
  /** Of the program itself: to freeze it (SIGSTOP, SIGCONT) or to kill it. */
  readonly pid: number;
  stop(): Promise<void>;
}

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const READY = /process up/;

/**
 * Starts PgBouncer on a free port; `settings` change its configuration. Stop it in `afterAll`; if the test dies it ends by
 * itself.
 */
export async function startPgBouncer(settings: Readonly<Record<string, string>> = {}): Promise<PgBouncer> {
  const server = new URL(process.env.TEST_POSTGRES_URL ?? '');
  const folder = await mkdtemp(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  await writeFile(join(folder, 'userlist.txt'), `"${server.username}" "${server.password}"\n`, { mode: 0o600 });
  await writeFile(join(folder, 'pgbouncer.ini'), configuration(server, port, folder, settings), { mode: 0o600 });
  const { stop } = await launchPgBouncer(folder, 'pgbouncer.ini');
  return {
    pid: Number(readFileSync(join(folder, 'pgbouncer.pid'), 'utf8')),
    urlOf: (database) => Object.assign(new URL(server.href), { port: String(port), pathname: `/${database}` }).href,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A PgBouncer that runs, and as whom: undefined = as this process. */
export interface RunningPgBouncer {
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  stop(): Promise<void>;
}

/**
 * Runs PgBouncer with a configuration in a folder; everything in there is given to the user that it runs as, who is not
 * root. Resolves when it takes connections. @throws Error with its output when it ends instead
 */
export async function launchPgBouncer(folder: string, configurationFile: string): Promise<RunningPgBouncer> {
  const binary = FOLDERS.map((place) => join(place, 'pgbouncer')).find((file) => existsSync(file));
  if (binary === undefined) {
    throw new Error('PgBouncer is not installed, and this test needs a real one: apt-get install pgbouncer.');
  }
  const user = process.getuid?.() === 0 ? passwdEntry(['postgres', 'nobody']) : undefined;
  if (user !== undefined) {
    for (const name of await readdir(folder)) await chown(join(folder, name), user.uid, user.gid);
    await chown(folder, user.uid, user.gid);
    await chmod(folder, 0o755);
  }
  const asUser = user === undefined ? [] : ['-u', user.name];
  const keeper = spawn(
    process.execPath,
    [join(import.meta.dirname, 'with-parent.mjs'), binary, ...asUser, join(folder, configurationFile)],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  await untilReady(keeper);
  const stop = async (): Promise<void> => {
    // A test may have killed it.
    if (keeper.exitCode !== null) return;
    const ended = once(keeper, 'exit');
    keeper.stdin.end();
    await ended;
  };
  return { user, stop };
}

function configuration(server: URL, port: number, folder: string, settings: Readonly<Record<string, string>>): string {
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    pidfile: join(folder, 'pgbouncer.pid'),
    pool_mode: 'transaction',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'userlist.txt'),
    admin_users: server.username,
    default_pool_size: '10',
    max_client_conn: '300',
    query_wait_timeout: '10',
    server_login_retry: '1',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  return ['[databases]', `* = host=${server.hostname} port=${server.port}`, '[pgbouncer]', ...lines].join('\n');
}

function untilReady(keeper: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (bytes: Buffer): void => {
      output += bytes.toString();
      if (READY.test(output)) resolve();
    };
    keeper.stdout.on('data', look);
    keeper.stderr.on('data', look);
    keeper.once('exit', (code) => reject(new Error(`PgBouncer ended with ${code}: ${output}`)));
  });
}

/** A port of the loopback interface that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function passwdEntry(names: readonly string[]): { name: string; uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of names) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PgBouncer refuses to run as root, and there is no user ${names.join(' or ')}.`);
}

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { freePort } from '../../embedded-postgres/free-port.js';
import { run } from '../../embedded-postgres/program.js';
import { serverUser, type SystemUser } from '../../embedded-postgres/system-user.js';
import { LoadTargetError } from './load.errors.js';

/** Debian's folder for it is not on the PATH of every user. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];
const SETTINGS = 'docker/pgbouncer/pgbouncer.ini';
const READY = /process up/;
const START_MS = 10_000;

/** A PgBouncer for the load test, with the shipped production settings. */
export class OwnPgBouncer {
  private constructor(
    private readonly child: ChildProcessByStdio<null, null, Readable>,
    /** URL of the server through PgBouncer. */
    readonly url: string,
    /** Its own name: `PgBouncer 1.18.0`. */
    readonly version: string,
  ) {}

  /**
   * Starts PgBouncer in front of a server, with its files in a folder.
   * @throws LoadTargetError when it is not installed or does not start
   */
  static async start(serverUrl: string, folder: string): Promise<OwnPgBouncer> {
    const binary = findBinary();
    const { output } = await run({ file: binary, parameters: ['--version'], cwd: '/', user: undefined });
    const server = new URL(serverUrl);
    const port = await freePort(undefined);
    const user = await serverUser(join(folder, 'none'));
    await writeFor(user, join(folder, 'userlist.txt'), `"${server.username}" "${server.password}"\n`);
    const ini = join(folder, 'pgbouncer.ini');
    await writeFor(user, ini, `${await shippedSettings()}\n${changes(server, port, folder)}\n`);
    const child = spawn(binary, [ini], {
      // Ignores Ctrl-C: the test ends this process itself.
      detached: process.platform !== 'win32',
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    await untilReady(child);
    const url = Object.assign(new URL(serverUrl), { port: String(port) }).href;
    return new OwnPgBouncer(child, url, output.split('\n')[0] ?? 'PgBouncer');
  }

  /** Process id for the guard. */
  get pid(): number {
    return this.child.pid!;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      this.child.once('exit', resolve);
    });
    this.child.kill('SIGKILL');
    await ended;
  }
}

function findBinary(): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...MORE_FOLDERS];
  const binary = folders.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file));
  if (binary !== undefined) return binary;
  throw new LoadTargetError(
    'PgBouncer is not installed (Debian: apt-get install pgbouncer). ' +
      'Install it, name a database by --database-url, or measure without it: --no-pgbouncer.',
  );
}

async function writeFor(user: SystemUser | undefined, file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
}

/** Searches upward, because the build is deeper than the sources. */
async function shippedSettings(): Promise<string> {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, SETTINGS))) return readFile(join(folder, SETTINGS), 'utf8');
  }
  throw new LoadTargetError(`${SETTINGS} is missing: restore it, or measure without PgBouncer: --no-pgbouncer.`);
}

/**
 * Of each setting the last value counts. The shipped file ends inside its section [pgbouncer], which must not be opened
 * again: that would reset every setting.
 */
function changes(server: URL, port: number, folder: string): string {
  return [
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    // Otherwise two concurrent tests could share a port unnoticed.
    'so_reuseport = 0',
    `auth_file = ${join(folder, 'userlist.txt')}`,
    '[databases]',
    `mt5gateway = host=${server.hostname} port=${server.port} dbname=${server.pathname.slice(1)}`,
  ].join('\n');
}

function untilReady(child: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (): void => {
      child.kill('SIGKILL');
      reject(new LoadTargetError(`PgBouncer does not start: ${output.trim().split('\n').slice(-3).join(' ')}`));
    };
    const limit = setTimeout(fail, START_MS);
    child.once('exit', fail).once('error', fail);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // Reads the output on, because a full pipe would block the process.
      output = `${output}${text}`.slice(-4000);
      if (!READY.test(output)) return;
      clearTimeout(limit);
      child.off('exit', fail);
      resolve();
    });
  });
}

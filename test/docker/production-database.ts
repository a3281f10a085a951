import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { installedBinaries, runnableBinaries } from '../../embedded-postgres/binaries.js';
import { giveTo, lastLines } from '../../embedded-postgres/cluster.js';
import { freePort } from '../../embedded-postgres/free-port.js';
import { findHome, type Home } from '../../embedded-postgres/home.js';
import { run } from '../../embedded-postgres/program.js';

/** The folder with everything for containers. */
export const DOCKER = join(import.meta.dirname, '../../docker');

/** A cgroup's limit that this test pretends; the sizes of the server follow from it. */
const MEMORY_BYTES = 512 * 1024 * 1024;
const PASSWORDS = { postgres: 'superuser', mt5gw_app: 'app', mt5gw_migrate: 'migrate', mt5gw_stats: 'stats' } as const;

/** A role of the server. */
export type RoleName = keyof typeof PASSWORDS;

/**
 * A server that was started with exactly the files of docker/postgres, as the container does it, and whose roles come
 * from roles.sql. Only port, addresses and paths are other ones.
 */
export class ProductionDatabase {
  readonly passwords = PASSWORDS;
  private stopServer: () => Promise<void> = () => Promise.resolve();

  private constructor(
    readonly port: number,
    /** Sizes that entry.sh has worked out, as `name=value`. */
    readonly sizes: readonly string[],
  ) {}

  static async start(): Promise<ProductionDatabase> {
    const folder = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'production-'));
    const installed = await installedBinaries();
    const home = await findHome(folder);
    const binaries = await runnableBinaries(installed, home.user, home.programs);
    const database = new ProductionDatabase(await freePort(undefined), sizesFor(home));
    const execute = async (file: string, parameters: readonly string[]): Promise<void> => {
      const { code, output } = await run({ file, parameters, cwd: home.folder, user: home.user });
      if (code !== 0) throw new Error(`${file} failed: ${lastLines(output)} ${logOf(home)}`);
    };
    mkdirSync(home.cluster, { mode: 0o700 });
    writeFileSync(home.passwordFile, PASSWORDS.postgres, { mode: 0o600 });
    writeFileSync(home.logFile, '');
    cpSync(join(DOCKER, 'postgres'), join(home.folder, 'etc'), { recursive: true });
    for (const path of [home.cluster, home.passwordFile, home.logFile]) await giveTo(home, path);
    await execute(binaries.initdb, [
      ...['-D', 'cluster', '-U', 'postgres', '--pwfile=password', '--no-sync'],
      ...['--auth=scram-sha-256', '--data-checksums', '--encoding=UTF8', '--locale=C'],
    ]);
    await execute(binaries.pg_ctl, ['start', '-D', 'cluster', '-l', 'server.log', '-w', '-o', database.options(home)]);
    database.stopServer = async () => {
      await execute(binaries.pg_ctl, ['stop', '-D', 'cluster', '-m', 'immediate', '-w']);
      rmSync(home.folder, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    };
    await database.as('postgres', 'postgres', (client) => client.query('CREATE DATABASE mt5gateway'));
    return database;
  }

  /** What stands in roles.sql, as a superuser would run it by hand. */
  async applyRoles(): Promise<void> {
    const text = readFileSync(join(DOCKER, 'postgres/roles.sql'), 'utf8');
    await this.as('postgres', 'mt5gateway', (client) => client.query(text));
  }

  async setPasswords(): Promise<void> {
    for (const role of ['mt5gw_app', 'mt5gw_migrate', 'mt5gw_stats'] as const) {
      await this.as('postgres', 'mt5gateway', (client) =>
        client.query(`ALTER ROLE ${role} PASSWORD '${this.passwords[role]}'`),
      );
    }
  }

  /** The URL of a role, directly or at the port of a pooler. */
  url(role: RoleName, database = 'mt5gateway', port = this.port): string {
    return `postgres://${role}:${this.passwords[role]}@127.0.0.1:${port}/${database}`;
  }

  /** One connection for some work. */
  as<T>(role: RoleName, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient(this.url(role, database), work);
  }

  stop(): Promise<void> {
    return this.stopServer();
  }

  private options(home: Home): string {
    const own = [
      `config_file=${home.folder}/etc/postgresql.conf`,
      `hba_file=${home.folder}/etc/pg_hba.conf`,
      'listen_addresses=127.0.0.1',
      "unix_socket_directories=''",
      // Nothing in the files depends on these, and no test waits for a disk.
      ...['fsync=off', 'full_page_writes=off'],
    ];
    return [`-p ${this.port}`, ...[...own, ...this.sizes].map((setting) => `-c ${setting}`)].join(' ');
  }
}

/** One connection for some work; a refusal of the server rejects with its error. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function sizesFor(home: Home): string[] {
  const cgroup = join(home.folder, 'cgroup');
  mkdirSync(cgroup);
  writeFileSync(join(cgroup, 'memory.max'), `${MEMORY_BYTES}\n`);
  const meminfo = join(cgroup, 'meminfo');
  writeFileSync(meminfo, 'MemTotal:       16777216 kB\n');
  const printed = execFileSync('/bin/sh', [join(DOCKER, 'postgres/entry.sh'), '--print'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, CGROUP_FOLDER: cgroup, MEMINFO_FILE: meminfo },
  });
  return printed.trim().split('\n');
}

function logOf(home: Home): string {
  return readFileSync(home.logFile, 'utf8').slice(-1000);
}

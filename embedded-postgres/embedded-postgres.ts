import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { installedBinaries, runnableBinaries, type Binaries } from './binaries.js';
import { ensureCluster, giveTo, lastLines, OWNER, ownerPassword } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { freePort } from './free-port.js';
import { findHome, type Home } from './home.js';
import { removeStaleLock, runningPostmaster } from './postmaster.js';
import { run } from './program.js';

export { EmbeddedPostgresError } from './embedded-postgres.errors.js';

export interface EmbeddedPostgresOptions {
  /** Folder of the data; created when missing. */
  readonly dataDir: string;
  /** False: no write waits for the disk, and a crash may lose everything. For tests. @default true */
  readonly durable?: boolean;
}

const DATABASE = 'mt5gateway';
const START_SECONDS = 30;
const STOP_SECONDS = 6;
const START_ATTEMPTS = 20;
const RETRY_MS = 250;

/** Loopback only, out of the network's reach; no socket file, whose path could be too long. */
const SERVER_OPTIONS = ['listen_addresses=127.0.0.1', "unix_socket_directories=''", 'max_connections=200'];
const UNSAFE_OPTIONS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off'];

/**
 * A real Postgres without set-up: programs from an npm package, data in a folder, started and stopped with this
 * process. A server that survived its starter (SIGKILL) is adopted; a killed one recovers by itself. Never for
 * production.
 */
export class EmbeddedPostgres {
  private readonly durable: boolean;
  private readonly dataDir: string;
  private server: { home: Home; binaries: Binaries } | undefined;

  constructor(options: EmbeddedPostgresOptions) {
    this.dataDir = options.dataDir;
    this.durable = options.durable ?? true;
  }

  /** Starts the server or finds it running, and creates its database when missing. @throws EmbeddedPostgresError */
  async start(): Promise<{ url: string }> {
    const installed = await installedBinaries();
    const home = await findHome(this.dataDir);
    const binaries = await runnableBinaries(installed, home.user, home.programs);
    this.server = { home, binaries };
    const password = await ownerPassword(home);
    await ensureCluster(home, binaries, { password, durable: this.durable });
    const port = await this.startOrAdopt(home, binaries, password);
    await createDatabase(urlOf(port, password, 'postgres'));
    return { url: urlOf(port, password, DATABASE) };
  }

  /** Whether the started server still runs. */
  async isRunning(): Promise<boolean> {
    return this.server !== undefined && (await runningPostmaster(this.server.home.cluster)) !== undefined;
  }

  /** Stops the server: open transactions roll back, committed ones are on disk. Harmless when it is stopped. */
  async stop(): Promise<void> {
    if (this.server === undefined) return;
    const { home, binaries } = this.server;
    for (const mode of ['fast', 'immediate']) {
      if ((await runningPostmaster(home.cluster)) === undefined) return;
      const parameters = ['stop', '-D', 'cluster', '-m', mode, '-w', '-t', String(STOP_SECONDS)];
      await run({ file: binaries.pg_ctl, parameters, cwd: home.folder, user: home.user });
    }
  }

  /** Stops the server and removes all of its files. For tests. */
  async destroy(): Promise<void> {
    await this.stop();
    if (this.server !== undefined) await rm(this.server.home.folder, { recursive: true, force: true });
    this.server = undefined;
  }

  /**
   * Makes several attempts, because these obstacles pass by themselves: a server that is starting or stopping,
   * processes of a killed one that hold its memory, a port that another program took.
   */
  private async startOrAdopt(home: Home, binaries: Binaries, password: string): Promise<number> {
    let reason = '';
    for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      if (attempt > 0) await wait(RETRY_MS);
      const running = await runningPostmaster(home.cluster);
      if (running === undefined) reason = await this.launch(home, binaries);
      const port = running?.port ?? (await runningPostmaster(home.cluster))?.port;
      if (port === undefined) continue;
      const refusal = await connectOnce(urlOf(port, password, 'postgres'));
      if (refusal === undefined) return port;
      reason = refusal;
    }
    throw new EmbeddedPostgresError(
      `The embedded Postgres does not start: ${reason}. See ${home.logFile}; to begin with an empty database remove ${home.folder}.`,
    );
  }

  /** Makes one attempt; returns the reason of its failure. */
  private async launch(home: Home, binaries: Binaries): Promise<string> {
    const stored = Number(await readFile(home.portFile, 'utf8').catch(() => ''));
    const port = await freePort(stored > 0 && stored < 65_536 ? stored : undefined);
    if (port !== stored) await writeFile(home.portFile, `${port}\n`, { mode: 0o600 });
    await giveTo(home, home.portFile);
    await writeFile(home.logFile, '', { mode: 0o600 });
    await giveTo(home, home.logFile);
    await removeStaleLock(home.cluster);
    const options = [...SERVER_OPTIONS, ...(this.durable ? [] : UNSAFE_OPTIONS)].map((option) => `-c ${option}`);
    const { code, output } = await run({
      file: binaries.pg_ctl,
      parameters: [
        ...['start', '-D', 'cluster', '-l', 'server.log', '-w', '-t', String(START_SECONDS)],
        ...['-o', `-p ${port} ${options.join(' ')}`],
      ],
      cwd: home.folder,
      user: home.user,
    });
    if (code === 0) return '';
    return lastLines((await readFile(home.logFile, 'utf8').catch(() => '')) || output);
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Undefined on success, else the reason. */
async function connectOnce(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { EmbeddedPostgres } from '../../embedded-postgres/embedded-postgres.js';
import { OwnPgBouncer } from './own-pgbouncer.js';

/** A Postgres and an optional PgBouncer that exist during one load test and leave nothing behind. */
export class OwnServers {
  private postgres: EmbeddedPostgres | undefined;
  private pgbouncer: OwnPgBouncer | undefined;
  private guard: ChildProcessByStdio<Writable, null, null> | undefined;
  private folder: string | undefined;

  /** @returns URL for the load, URL of Postgres itself, and a description */
  async start(withPgbouncer: boolean): Promise<{ url: string; directUrl: string; description: string }> {
    this.folder = await mkdtemp(join(tmpdir(), 'mt5-gateway-load-'));
    // As root the servers run as another user, who needs access.
    await chmod(this.folder, 0o755);
    this.postgres = new EmbeddedPostgres({ dataDir: this.folder, durable: false });
    const { url } = await this.postgres.start();
    if (withPgbouncer) this.pgbouncer = await OwnPgBouncer.start(url, this.folder);
    this.guard = await startGuard(this.folder, this.pgbouncer);
    if (this.pgbouncer === undefined) return { url, directUrl: url, description: 'its own Postgres, directly' };
    const description = `its own Postgres through ${this.pgbouncer.version}`;
    return { url: this.pgbouncer.url, directUrl: url, description };
  }

  /** Stops and removes everything; harmless when nothing was started. */
  async destroy(): Promise<void> {
    await this.pgbouncer?.stop();
    await this.postgres?.destroy();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
    this.guard?.stdin.end('dismissed');
  }
}

/** Starts the guard in a separate session, so that it survives this process. */
async function startGuard(
  folder: string,
  pgbouncer: OwnPgBouncer | undefined,
): Promise<ChildProcessByStdio<Writable, null, null>> {
  const pidFile = await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').catch(() => '');
  const pids = [Number(pidFile.split('\n')[0]), pgbouncer?.pid ?? 0].filter((pid) => pid > 0).map(String);
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.js'), folder, ...pids], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without the guard only the clean-up after a kill is missing.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return guard;
}

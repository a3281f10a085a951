import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launchPgBouncer, type RunningPgBouncer } from '../support/pgbouncer.js';
import { DOCKER } from './production-database.js';

/**
 * A PgBouncer that was started with exactly docker/pgbouncer/pgbouncer.ini, in the way that the file recommends for use
 * elsewhere: a file that includes it and sets addresses and paths again.
 */
export class ProductionPooler {
  private constructor(
    readonly port: number,
    /** Where its socket is. */
    readonly folder: string,
    private readonly running: RunningPgBouncer,
  ) {}

  /** `makeUserlist` is given the path of the file to make. */
  static async start(postgresPort: number, makeUserlist: (file: string) => Promise<void>): Promise<ProductionPooler> {
    const folder = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'pooler-'));
    const port = await freePort();
    const userlist = join(folder, 'userlist.txt');
    const configuration = join(folder, 'pgbouncer.ini');
    copyFileSync(join(DOCKER, 'pgbouncer/pgbouncer.ini'), configuration);
    chmodSync(configuration, 0o644);
    await makeUserlist(userlist);
    writeFileSync(
      join(folder, 'here.ini'),
      [
        `%include ${configuration}`,
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        `unix_socket_dir = ${folder}`,
        `auth_file = ${userlist}`,
        '[databases]',
        `mt5gateway = host=127.0.0.1 port=${postgresPort} dbname=mt5gateway`,
      ].join('\n'),
    );
    return new ProductionPooler(port, folder, await launchPgBouncer(folder, 'here.ini'));
  }

  /** Whom it runs as; undefined = as this process. */
  get user(): RunningPgBouncer['user'] {
    return this.running.user;
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedPostgres } from '../../embedded-postgres/embedded-postgres.js';

const LOOK_EVERY_MS = 1000;

/** The demo's Postgres; restarts it when it was killed. */
export class PostgresKeeper {
  private readonly server: EmbeddedPostgres;
  private readonly stopping = new AbortController();
  private watch: Promise<void> | undefined;

  constructor(
    dataDir: string,
    private readonly onCrash: (how: string) => void,
  ) {
    this.server = new EmbeddedPostgres({ dataDir });
  }

  /** @throws EmbeddedPostgresError */
  async start(): Promise<string> {
    const { url } = await this.server.start();
    this.watch = this.keep(url);
    return url;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.watch;
    await this.server.stop();
  }

  private async keep(url: string): Promise<void> {
    const { signal } = this.stopping;
    try {
      for (;;) {
        await wait(LOOK_EVERY_MS, undefined, { signal });
        if (await this.server.isRunning()) continue;
        process.stderr.write('demo: Postgres ended unexpectedly; restarting it\n');
        // The gateway knows only the old address.
        if ((await this.server.start()).url !== url) return this.onCrash('another program has taken its port');
      }
    } catch (error) {
      if (!signal.aborted) this.onCrash(error instanceof Error ? error.message : String(error));
    }
  }
}

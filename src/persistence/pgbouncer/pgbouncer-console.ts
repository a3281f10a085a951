import { StoreClient } from '../database/pool/store-client.js';

const LIMIT_MS = 3000;
const COMMANDS = ['POOLS', 'DATABASES', 'STATS', 'LISTS'] as const;

/** One row of the console; its columns depend on the version. */
export type ConsoleRow = Readonly<Record<string, string | number | boolean | null>>;

/** Lists of the console; one that this version lacks is empty. */
export interface ConsoleSnapshot {
  readonly pools: readonly ConsoleRow[];
  readonly databases: readonly ConsoleRow[];
  readonly stats: readonly ConsoleRow[];
  readonly lists: readonly ConsoleRow[];
}

/**
 * PgBouncer's admin console: a database named `pgbouncer` that understands only SHOW and similar commands, without
 * parameters. It keeps one connection and opens a new one after any failure.
 */
export class PgBouncerConsole {
  private client: StoreClient | undefined;

  constructor(
    private readonly url: string,
    private readonly limitMs = LIMIT_MS,
  ) {}

  /** Rejects when PgBouncer is away, or does not answer in time. */
  async snapshot(): Promise<ConsoleSnapshot> {
    const client = await this.connected();
    const answers: (readonly ConsoleRow[])[] = [];
    try {
      for (const command of COMMANDS) answers.push(await this.show(client, command));
    } catch (error) {
      await this.close();
      throw error;
    }
    const [pools = [], databases = [], stats = [], lists = []] = answers;
    return { pools, databases, stats, lists };
  }

  /** Harmless without a connection; the next snapshot opens a new one. */
  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  private async connected(): Promise<StoreClient> {
    if (this.client !== undefined && !this.client.broken) return this.client;
    await this.close();
    const client = new StoreClient({
      connectionString: this.url,
      application_name: 'mt5-gateway metrics',
      connectTimeoutMs: this.limitMs,
      query_timeout: this.limitMs,
    });
    await client.connect();
    this.client = client;
    return client;
  }

  /** Only the list of pools is required; a future version may lack any other. */
  private async show(client: StoreClient, command: (typeof COMMANDS)[number]): Promise<readonly ConsoleRow[]> {
    try {
      return (await client.query<Record<string, string>>(`SHOW ${command}`)).rows;
    } catch (error) {
      if (command === 'POOLS' || client.broken) throw error;
      return [];
    }
  }
}

import {
  type UsageCounts,
  type UsageDimension,
  UsageLedger,
  UsageStore,
  type UsageSum,
} from '../../src/persistence/index.js';
import type { UsageBatch, UsageQuery } from '../../src/persistence/usage/usage-store.js';
import type { UsageRow } from '../../src/persistence/usage/usage-tally.js';
import { type Clock, SeededRandom } from '../../src/kernel/index.js';

const PLACE: Readonly<Record<UsageDimension, number>> = { account: 0, day: 1, route: 2, symbol: 3 };
const NOTHING: UsageCounts = { requests: 0, counted: 0, clientErrors: 0, limited: 0, serverErrors: 0, bytes: 0 };

/** Usage in memory. */
export class MemoryUsageStore extends UsageStore {
  private readonly rows: UsageRow[] = [];
  private readonly ids = new Set<string>();

  override async add({ id, rows }: UsageBatch): Promise<void> {
    if (!this.ids.has(id)) this.rows.push(...rows);
    this.ids.add(id);
  }

  override async forgetOldBatches(): Promise<void> {}

  override async sums({ groupBy, after, limit, ...query }: UsageQuery): Promise<readonly UsageSum[]> {
    const groups = new Map<string, UsageRow[]>();
    for (const row of this.matching(query)) {
      const key = JSON.stringify(groupBy.map((name) => row[PLACE[name]]));
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const sums = [...groups].map(([key, rows]) => ({ group: JSON.parse(key) as string[], ...sumOf(rows) }));
    return sums
      .filter(({ group }) => after === undefined || group.join('\0') > after.join('\0'))
      .sort((a, b) => (a.group.join('\0') < b.group.join('\0') ? -1 : 1))
      .slice(0, limit)
      .map((sum) => ({ ...sum, accountName: undefined }));
  }

  override async top(query: Pick<UsageQuery, 'from' | 'to' | 'limit'>): Promise<readonly UsageSum[]> {
    const all = await this.sums({ ...query, groupBy: ['account'], limit: Infinity });
    return [...all].sort((a, b) => b.counted - a.counted).slice(0, query.limit);
  }

  override async total(query: Pick<UsageQuery, 'from' | 'to' | 'accountId'>): Promise<UsageCounts> {
    return sumOf(this.matching(query));
  }

  private matching({ from, to, accountId }: Pick<UsageQuery, 'from' | 'to' | 'accountId'>): UsageRow[] {
    return this.rows.filter(
      ([account, day]) => day >= from && day < to && (accountId === undefined || account === accountId),
    );
  }
}

/** A ledger that writes into the store and has no disk. */
export function memoryLedger(store: UsageStore, clock: Clock): UsageLedger {
  const spool = { rows: 0, open: async () => {}, append: async () => 0, drain: async () => {} };
  return new UsageLedger({ store, spool, clock, random: new SeededRandom(1), warn: () => undefined });
}

function sumOf(rows: readonly UsageRow[]): UsageCounts {
  return rows.reduce(
    (sum, [, , , , requests, counted, clientErrors, limited, serverErrors, bytes]) => ({
      requests: sum.requests + requests,
      counted: sum.counted + counted,
      clientErrors: sum.clientErrors + clientErrors,
      limited: sum.limited + limited,
      serverErrors: sum.serverErrors + serverErrors,
      bytes: sum.bytes + bytes,
    }),
    NOTHING,
  );
}

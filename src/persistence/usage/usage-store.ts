import type { UsageCounts, UsageRow } from './usage-tally.js';

/** Sums that are added together or not at all; its id makes adding it again harmless. */
export interface UsageBatch {
  /** UUID. */
  readonly id: string;
  readonly rows: readonly UsageRow[];
}

/** What usage can be told apart by. */
export type UsageDimension = 'account' | 'day' | 'route' | 'symbol';

/** Which usage is wanted. */
export interface UsageQuery {
  /** First day, `YYYY-MM-DD` (UTC). */
  readonly from: string;
  /** Day after the last. */
  readonly to: string;
  readonly accountId?: string | undefined;
  /** At least one; rows come in ascending order of these, the first one first. */
  readonly groupBy: readonly UsageDimension[];
  /** Only rows behind the one with these values of `groupBy`. */
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** One group of usage. */
export interface UsageSum extends UsageCounts {
  /** Values of the query's `groupBy`, in its order. */
  readonly group: readonly string[];
  /** Name of the account, where the groups are told apart by account and it still exists. */
  readonly accountName: string | undefined;
}

/** Metered requests in Postgres (port). */
export abstract class UsageStore {
  /**
   * Adds the batch unless it is there already.
   *
   * @param confirmed a batch that is known to be in and will never come again; it is forgotten
   * @throws StoreUnavailableError when it is not known whether the batch is in
   * @throws UsageRefusedError when the database refuses these rows for good
   */
  abstract add(batch: UsageBatch, confirmed?: string): Promise<void>;
  /** Forgets batches of which nothing can be waiting any more. */
  abstract forgetOldBatches(): Promise<void>;
  /** Sums per group, in order. */
  abstract sums(query: UsageQuery): Promise<readonly UsageSum[]>;
  /** Sums of the accounts with the most counted requests, most first. */
  abstract top(query: Pick<UsageQuery, 'from' | 'to' | 'limit'>): Promise<readonly UsageSum[]>;
  /** Everything together. */
  abstract total(query: Pick<UsageQuery, 'from' | 'to' | 'accountId'>): Promise<UsageCounts>;
}

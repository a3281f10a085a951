import type { UsageCounts, UsageRow } from './usage-tally.js';

/** Sums that are added atomically; the id makes a repetition harmless. */
export interface UsageBatch {
  /** A UUID. */
  readonly id: string;
  readonly rows: readonly UsageRow[];
}

/** Dimension by which usage is grouped. */
export type UsageDimension = 'account' | 'day' | 'route' | 'symbol';

/** Filters and grouping of a report. */
export interface UsageQuery {
  /** First day, `YYYY-MM-DD` (UTC). */
  readonly from: string;
  /** Day after the last one. */
  readonly to: string;
  readonly accountId?: string | undefined;
  /** At least one; rows ascend by these, the first one first. */
  readonly groupBy: readonly UsageDimension[];
  /** Continues behind the row with these values of `groupBy`. */
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** One group of usage. */
export interface UsageSum extends UsageCounts {
  /** Values in the order of the query's `groupBy`. */
  readonly group: readonly string[];
  /** Name of the account when usage is grouped by account and the account still exists. */
  readonly accountName: string | undefined;
}

/** Metered requests in Postgres (port). */
export abstract class UsageStore {
  /**
   * Adds the batch unless its id is known.
   *
   * @param confirmed id of a batch that is in the database and never comes again; it is forgotten
   * @throws StoreUnavailableError when it is unknown whether the batch is in
   * @throws UsageRefusedError when the database refuses these rows for good
   */
  abstract add(batch: UsageBatch, confirmed?: string): Promise<void>;
  /** Deletes ids of batches that can no longer be waiting anywhere. */
  abstract forgetOldBatches(): Promise<void>;
  /** One sum for each group, in order. */
  abstract sums(query: UsageQuery): Promise<readonly UsageSum[]>;
  /** Sums of the accounts with the most counted requests, most first. */
  abstract top(query: Pick<UsageQuery, 'from' | 'to' | 'limit'>): Promise<readonly UsageSum[]>;
  /** Sum over all groups. */
  abstract total(query: Pick<UsageQuery, 'from' | 'to' | 'accountId'>): Promise<UsageCounts>;
}

import type { AuditEntry } from '../audit/audit-log.js';

/** Content of a tier: what its accounts may use. */
export interface TierContent {
  /** Canonical names; undefined = every symbol. */
  readonly symbols: readonly string[] | undefined;
  /** MetaTrader's names. */
  readonly timeframes: readonly string[];
  readonly perMinute: number;
  /** Undefined = no limit. */
  readonly perDay: number | undefined;
  /** Undefined = no limit. */
  readonly concurrent: number | undefined;
}

/** Content of a tier from `effectiveAt` until another version takes effect. */
export interface TierVersion {
  /** Number of the change that created it. */
  readonly version: number;
  readonly effectiveAt: Date;
  readonly content: TierContent;
  readonly createdAt: Date;
  /** Actor as in the audit trail. */
  readonly createdBy: string;
  /** Time of a withdrawal before it took effect. */
  readonly withdrawnAt: Date | undefined;
}

/** A tier with its current version and the scheduled ones. */
export interface StoredTier {
  readonly name: string;
  /** Unique among existing tiers; a higher rank is the better tier. */
  readonly rank: number;
  /** Counts all changes, including those without a new version; at least 1. */
  readonly version: number;
  readonly deletedAt: Date | undefined;
  /** At least one, ascending by `effectiveAt`; of two equal times the newer version counts. None is withdrawn. */
  readonly versions: readonly TierVersion[];
}

/** One write to a tier. */
export interface TierChange {
  readonly rank: number;
  readonly deletedAt: Date | undefined;
  /** A new version; its number is the tier's new one. */
  readonly add?: { readonly effectiveAt: Date; readonly content: TierContent } | undefined;
  /** Number of a version to withdraw. */
  readonly withdraw?: number | undefined;
  readonly at: Date;
  /** Its actor becomes `createdBy`. */
  readonly audit: AuditEntry;
}

/** Basis of a decision; no other writer can change it meanwhile, except the number of accounts. */
export interface TierSituation {
  /** Includes deleted tiers, lowest rank first. */
  readonly tiers: readonly StoredTier[];
  /** Number of accounts of the tier. */
  readonly accounts: number;
}

/** Accounts of a tier. */
export interface TierAccounts {
  readonly count: number;
  /** The first accounts by id. */
  readonly first: readonly { readonly id: string; readonly name: string }[];
}

/** Tiers in Postgres (port). Changes run one at a time, each in one transaction with its audit row. */
export abstract class TierStore {
  /** Includes deleted tiers, lowest rank first. @param at the moment that counts as now */
  abstract listTiers(at: Date): Promise<readonly StoredTier[]>;
  /** Newest first, including past and withdrawn versions; empty for an unknown tier. */
  abstract listVersions(name: string, limit: number): Promise<readonly TierVersion[]>;
  abstract findAccounts(name: string, limit: number): Promise<TierAccounts>;
  /** Writes the first tiers. Returns false without a write when tiers exist already. */
  abstract seedTiers(tiers: ReadonlyMap<string, TierChange>): Promise<boolean>;
  /**
   * Writes the result of `decide`; undefined or an error writes nothing, and the error is passed on.
   * @returns the tier after the write; undefined when it does not exist
   */
  abstract changeTier(
    name: string,
    at: Date,
    decide: (situation: TierSituation) => TierChange | undefined,
  ): Promise<StoredTier | undefined>;
}

import type { AuditEntry } from '../audit/audit-log.js';

/** What the accounts of a tier may use. */
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

/** The content of a tier from some time on, until another version takes effect. */
export interface TierVersion {
  /** Number of the tier's change that made it. */
  readonly version: number;
  readonly effectiveAt: Date;
  readonly content: TierContent;
  readonly createdAt: Date;
  /** Who made it, as in the audit trail. */
  readonly createdBy: string;
  /** Taken back before it took effect. */
  readonly withdrawnAt: Date | undefined;
}

/** A tier with the version that is in effect and those to come. */
export interface StoredTier {
  readonly name: string;
  /** A higher one is the better tier; no two tiers that exist have the same. */
  readonly rank: number;
  /** Counts the changes, also those that make no version; at least 1. */
  readonly version: number;
  readonly deletedAt: Date | undefined;
  /** At least one, ascending by effect; of two with the same time the later one made counts. None is withdrawn. */
  readonly versions: readonly TierVersion[];
}

/** One write to a tier. */
export interface TierChange {
  readonly rank: number;
  readonly deletedAt: Date | undefined;
  /** A further version; its number is the tier's new one. */
  readonly add?: { readonly effectiveAt: Date; readonly content: TierContent } | undefined;
  /** A version to take back. */
  readonly withdraw?: number | undefined;
  readonly at: Date;
  /** Its actor is also the maker of the version. */
  readonly audit: AuditEntry;
}

/** What a change is decided on: nobody else can change any of it meanwhile, but for the number of accounts. */
export interface TierSituation {
  /** Every tier, also those that were deleted, lowest rank first. */
  readonly tiers: readonly StoredTier[];
  /** Accounts that have the tier. */
  readonly accounts: number;
}

/** Who has a tier. */
export interface TierAccounts {
  readonly count: number;
  /** The first of them, by id. */
  readonly first: readonly { readonly id: string; readonly name: string }[];
}

/** Tiers in Postgres (port). Changes are made one after the other, each with its audit row in one transaction. */
export abstract class TierStore {
  /** Every tier, also those that were deleted, lowest rank first. @param at what counts as now */
  abstract listTiers(at: Date): Promise<readonly StoredTier[]>;
  /** Every version, newest first, also past and withdrawn ones; none of an unknown tier. */
  abstract listVersions(name: string, limit: number): Promise<readonly TierVersion[]>;
  abstract findAccounts(name: string, limit: number): Promise<TierAccounts>;
  /** Writes the first tiers. Does nothing and gives false where there are tiers already. */
  abstract seedTiers(tiers: ReadonlyMap<string, TierChange>): Promise<boolean>;
  /**
   * Writes what `decide` says; nothing when it says undefined or throws, which comes through.
   * @returns the tier as it is then; undefined when it does not exist
   */
  abstract changeTier(
    name: string,
    at: Date,
    decide: (situation: TierSituation) => TierChange | undefined,
  ): Promise<StoredTier | undefined>;
}

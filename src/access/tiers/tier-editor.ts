import { type Actor, assertVersion, InvalidParameterError, NotFoundError } from '../../http/index.js';
import { type Clock, printable } from '../../kernel/index.js';
import type {
  AuditEntry,
  StoredTier,
  TierAccounts,
  TierChange,
  TierContent,
  TierSituation,
  TierStore,
  TierVersion,
} from '../../persistence/index.js';
import type { TierCache } from './tier-cache.js';
import { auditedDifference, type AuditedDifference } from './tier-difference.js';
import { earliestStart, planChange, planNew, type Served, type TierPatch, type TierPlan } from './tier-plan.js';
import { sameContent, toCome } from './tier-versions.js';

export interface TierEditorDeps {
  readonly store: TierStore;
  readonly cache: TierCache;
  readonly clock: Clock;
  readonly served: Served;
}

/** A tier with its accounts and its history. */
export interface TierRecord {
  readonly tier: StoredTier;
  readonly accounts: TierAccounts;
  /** Newest first. */
  readonly history: readonly TierVersion[];
}

/** The effect of a change, and the accounts it affects. */
export interface TierPreview extends TierPlan {
  readonly tier: StoredTier;
  readonly accounts: TierAccounts;
}

/** Versions of a tier's history that are shown. */
const MAX_HISTORY = 100;
/** Accounts that a preview names. */
const MAX_ACCOUNTS = 100;
/** Bounds the tiers, so that a mistake in a script cannot fill the memory of every gateway. */
const MAX_TIERS = 100;

/** Reads and changes tiers for admins. Every change is decided under a lock, so that no other one interferes. */
export class TierEditor {
  constructor(private readonly deps: TierEditorDeps) {}

  /** The tiers that exist, lowest rank first, as the database has them now. */
  async list(): Promise<readonly StoredTier[]> {
    const tiers = await this.deps.store.listTiers(this.now());
    return tiers.filter(({ deletedAt }) => deletedAt === undefined);
  }

  /** @throws not-found */
  async get(name: string): Promise<TierRecord> {
    const { store } = this.deps;
    const tier = existing(await this.list(), name);
    const [accounts, history] = await Promise.all([store.findAccounts(name, 0), store.listVersions(name, MAX_HISTORY)]);
    return { tier, accounts, history };
  }

  /** @throws invalid-parameter */
  create(name: string, tier: { rank: number; content: TierContent }, by: Actor): Promise<StoredTier> {
    return this.write(name, ({ tiers }) => {
      const content = planNew(tiers, name, { ...tier, served: this.deps.served });
      if (tiers.filter(({ deletedAt }) => deletedAt === undefined).length >= MAX_TIERS) {
        throw InvalidParameterError.of('name', `cannot be added: there are ${MAX_TIERS} tiers already`);
      }
      const after = auditedDifference(NOTHING, { rank: tier.rank, content }).after;
      const former = tiers.find((other) => other.name === name)?.versions ?? [];
      return this.change(by, {
        action: 'tier.created',
        name,
        rank: tier.rank,
        difference: { before: {}, after },
        add: { effectiveAt: earliestStart({ versions: former }, this.now().getTime()), content },
      });
    });
  }

  /** @throws invalid-parameter, not-found, precondition-failed */
  edit(name: string, patch: TierPatch, { expected, by }: Expecting): Promise<StoredTier> {
    return this.write(name, ({ tiers }) => {
      const tier = unchanged(tiers, name, expected);
      const plan = this.plan(tiers, tier, patch);
      const { rank, after, before, effectiveAt } = plan;
      const scheduled = patch.effectiveAt !== undefined;
      if (rank === tier.rank && sameContent(before.content, after)) return undefined;
      const difference = auditedDifference({ rank: tier.rank, content: before.content }, { rank, content: after });
      return this.change(by, {
        action: scheduled ? 'tier.scheduled' : 'tier.changed',
        name,
        rank,
        difference: scheduled ? withTime(difference, effectiveAt) : difference,
        add: { effectiveAt, content: after },
      });
    });
  }

  /** What {@link edit} would do; changes nothing. @throws invalid-parameter, not-found */
  async preview(name: string, patch: TierPatch): Promise<TierPreview> {
    const tiers = await this.list();
    const tier = existing(tiers, name);
    const accounts = await this.deps.store.findAccounts(name, MAX_ACCOUNTS);
    return { tier, accounts, ...this.plan(tiers, tier, patch) };
  }

  /** Withdraws a scheduled version. @throws not-found, precondition-failed */
  withdraw(name: string, version: number, { expected, by }: Expecting): Promise<StoredTier> {
    return this.write(name, ({ tiers }) => {
      const tier = unchanged(tiers, name, expected);
      const scheduled = toCome(tier, this.now().getTime()).find((one) => one.version === version);
      if (scheduled === undefined) throw new NotFoundError('scheduled version', `${name} v${version}`);
      const before = { version, effective_at: scheduled.effectiveAt.toISOString() };
      return this.change(by, {
        action: 'tier.withdrawn',
        name,
        rank: tier.rank,
        difference: { before, after: {} },
        withdraw: version,
      });
    });
  }

  /** Deletes a tier that no account has. @throws invalid-parameter, not-found, precondition-failed */
  remove(name: string, { expected, by }: Expecting): Promise<StoredTier> {
    return this.write(name, ({ tiers, accounts }) => {
      const tier = unchanged(tiers, name, expected);
      const others = tiers.filter((other) => other.deletedAt === undefined && other.name !== name);
      const obstacle =
        accounts > 0
          ? `is the tier of ${accounts} accounts; give them another tier first`
          : toCome(tier, this.now().getTime()).length > 0
            ? 'has scheduled versions; withdraw them first'
            : others.length === 0
              ? 'is the only tier'
              : undefined;
      if (obstacle !== undefined) throw InvalidParameterError.of('name', obstacle);
      const difference = { before: { rank: tier.rank }, after: {} };
      return this.change(by, { action: 'tier.deleted', name, rank: tier.rank, difference, deleted: true });
    });
  }

  private plan(tiers: readonly StoredTier[], tier: StoredTier, patch: TierPatch): TierPlan {
    return planChange(tiers, tier, { patch, nowMs: this.now().getTime(), served: this.deps.served });
  }

  private async write(name: string, decide: (situation: TierSituation) => TierChange | undefined): Promise<StoredTier> {
    const changed = await this.deps.store.changeTier(name, this.now(), decide);
    if (changed === undefined) throw new NotFoundError('tier', printable(name, 40));
    this.deps.cache.replace(changed);
    return changed;
  }

  private change(
    { actor, requestId }: Actor,
    { action, name, rank, difference, deleted = false, ...rest }: Writing,
  ): TierChange {
    const at = this.now();
    const audit: AuditEntry = { at, actor, requestId, action, target: `tier:${name}`, detail: { ...difference } };
    return { rank, deletedAt: deleted ? at : undefined, at, audit, ...rest };
  }

  private now(): Date {
    return new Date(this.deps.clock.nowMs());
  }
}

/** Which version the caller wants to change (undefined = any), and who asks. */
export interface Expecting {
  readonly expected: number | undefined;
  readonly by: Actor;
}

interface Writing extends Pick<TierChange, 'rank' | 'add' | 'withdraw'> {
  readonly action: string;
  readonly name: string;
  readonly difference: AuditedDifference;
  readonly deleted?: boolean;
}

/** Differs from every tier in every member. */
const NOTHING = {
  rank: -1,
  content: { symbols: [], timeframes: [], perMinute: 0, perDay: 0, concurrent: 0 },
};

function existing(tiers: readonly StoredTier[], name: string): StoredTier {
  const tier = tiers.find((one) => one.name === name && one.deletedAt === undefined);
  if (tier === undefined) throw new NotFoundError('tier', printable(name, 40));
  return tier;
}

function unchanged(tiers: readonly StoredTier[], name: string, expected: number | undefined): StoredTier {
  const tier = existing(tiers, name);
  assertVersion(expected, { kind: 'tier', id: name, version: tier.version });
  return tier;
}

function withTime({ before, after }: AuditedDifference, effectiveAt: Date): AuditedDifference {
  return { before, after: { ...after, effective_at: effectiveAt.toISOString() } };
}

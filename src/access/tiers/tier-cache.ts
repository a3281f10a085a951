import type { OnModuleDestroy } from '@nestjs/common';
import type { Tier } from '../../config/index.js';
import { type Clock, isGatewayError, type Timer } from '../../kernel/index.js';
import type { StoredTier, TierStore } from '../../persistence/index.js';
import { contentOf, inEffect, sameContent, tierOf, toCome } from './tier-versions.js';

/** Refresh interval, milliseconds. Bounds how late a change by another gateway takes effect here. */
const REFRESH_MS = 5_000;

export interface TierCacheDeps {
  readonly store: TierStore;
  readonly clock: Clock;
  /** Content of config/tiers.json: the tiers of a database that has none yet. */
  readonly first: readonly Tier[];
  readonly log: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** The tiers of one moment, until the next one takes effect. */
interface Moment {
  readonly tiers: readonly Tier[];
  readonly deleted: readonly Tier[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The current tiers, in memory. A change of this process applies immediately, one of another process after the next
 * refresh, a scheduled one at its time by this host's clock. While the database is away, the last known tiers apply.
 */
export class TierCache implements OnModuleDestroy {
  private stored: readonly StoredTier[] = [];
  private moment: Moment | undefined;
  private timer: Timer | undefined;
  private reading: Promise<void> | undefined;
  private changes = 0;
  private away = false;

  constructor(private readonly deps: TierCacheDeps) {}

  /** Loads the tiers, seeds an empty database first, and starts refreshing. @throws when the database is away */
  async open(): Promise<void> {
    const { store, clock, first, log } = this.deps;
    if (await store.seedTiers(firstContent(first, new Date(clock.nowMs())))) {
      log(`Wrote the tiers of config/tiers.json into the database: ${first.map(({ name }) => name).join(', ')}.`);
    }
    await this.read();
    if (this.differsFrom(first)) {
      log('config/tiers.json differs from the tiers in the database, which apply. Change tiers by the admin routes.');
    }
    this.timer = clock.every(REFRESH_MS, () => void this.refresh());
  }

  /** Lowest rank first. */
  get tiers(): readonly Tier[] {
    return this.now().tiers;
  }

  /** Every stored tier that exists, with its versions, lowest rank first. */
  get all(): readonly StoredTier[] {
    return this.stored.filter(({ deletedAt }) => deletedAt === undefined);
  }

  /** A deleted tier, for an account that got it while it was being deleted. */
  deleted(name: string): Tier | undefined {
    return this.now().deleted.find((tier) => tier.name === name);
  }

  /** Stores a tier that this process has just written; a refresh that began earlier does not undo it. */
  replace(changed: StoredTier): void {
    this.changes++;
    const others = this.stored.filter(({ name }) => name !== changed.name);
    this.take([...others, changed].sort((a, b) => a.rank - b.rank));
  }

  /** Reads the tiers again; after a failure the last known ones stay. */
  refresh(): Promise<void> {
    this.reading ??= this.read()
      .then(
        () => {
          this.away = false;
        },
        (error: unknown) => this.keepOn(error),
      )
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }

  onModuleDestroy(): void {
    this.timer?.cancel();
  }

  private async read(): Promise<void> {
    const { changes } = this;
    const stored = await this.deps.store.listTiers(new Date(this.deps.clock.nowMs()));
    if (changes === this.changes) this.take(stored);
  }

  private take(stored: readonly StoredTier[]): void {
    this.stored = stored;
    this.moment = undefined;
  }

  private keepOn(error: unknown): void {
    if (this.away) return;
    this.away = true;
    const reason = isGatewayError(error) ? error.message : String(error);
    this.deps.warn(`Tiers cannot be refreshed; the last known ones apply. ${reason}`);
  }

  private now(): Moment {
    const nowMs = this.deps.clock.nowMs();
    const { moment } = this;
    if (moment !== undefined && moment.fromMs <= nowMs && nowMs < moment.untilMs) return moment;
    return (this.moment = this.momentAt(nowMs));
  }

  private momentAt(nowMs: number): Moment {
    const deleted = this.stored.filter(({ deletedAt }) => deletedAt !== undefined);
    const next = this.all.flatMap((tier) => toCome(tier, nowMs).map(({ effectiveAt }) => effectiveAt.getTime()));
    const current = (tier: StoredTier): Tier => tierOf(tier, inEffect(tier, nowMs).content);
    return {
      tiers: this.all.map(current),
      deleted: deleted.map(current),
      fromMs: nowMs,
      untilMs: Math.min(...next, Infinity),
    };
  }

  private differsFrom(file: readonly Tier[]): boolean {
    const { tiers } = this;
    const same = (one: Tier, other: Tier | undefined): boolean =>
      other !== undefined &&
      one.name === other.name &&
      one.rank === other.rank &&
      sameContent(contentOf(one), contentOf(other));
    return (
      tiers.length !== file.length ||
      !tiers.every((tier) =>
        same(
          tier,
          file.find(({ name }) => name === tier.name),
        ),
      )
    );
  }
}

function firstContent(tiers: readonly Tier[], at: Date): Parameters<TierStore['seedTiers']>[0] {
  return new Map(
    tiers.map((tier) => {
      const { name, rank } = tier;
      const content = contentOf(tier);
      const audit = {
        at,
        actor: 'system',
        action: 'tier.created',
        target: `tier:${name}`,
        detail: { before: null, after: { rank, source: 'config/tiers.json' } },
        requestId: undefined,
      };
      return [name, { rank, deletedAt: undefined, add: { effectiveAt: at, content }, at, audit }];
    }),
  );
}

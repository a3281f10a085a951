import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { StoredTier, TierContent, TierVersion } from '../../persistence/index.js';
import type { TierPreview, TierRecord } from './tier-editor.js';
import { listDifference } from './tier-difference.js';
import type { Served } from './tier-plan.js';
import { inEffect, toCome } from './tier-versions.js';

/** How often an account of the tier may call. */
@ApiSchema({ description: 'How often an account of the tier may call.' })
export class TierLimitsView {
  @ApiProperty({ description: 'Requests a minute.', type: 'integer', example: 60 })
  readonly per_minute!: number;

  @ApiProperty({ description: 'Requests a day; null = no limit.', type: 'integer', nullable: true, example: 2000 })
  readonly per_day!: number | null;

  @ApiProperty({
    description: 'Requests at once; null = the default of 50.',
    type: 'integer',
    nullable: true,
    example: 2,
  })
  readonly concurrent!: number | null;
}

/** What a tier holds from some time on. */
@ApiSchema({ description: 'What a tier holds from some time on.' })
export class TierVersionView {
  @ApiProperty({ description: 'Number of the change that made it.', type: 'integer', example: 4 })
  readonly version!: number;

  @ApiProperty({
    description: 'Whether it holds now, will hold, has been replaced, or was taken back before its time.',
    enum: ['in_effect', 'scheduled', 'replaced', 'withdrawn'],
    example: 'scheduled',
  })
  readonly state!: string;

  @ApiProperty({ description: 'From then on.', example: '2027-01-01T00:00:00.000Z' })
  readonly effective_at!: string;

  @ApiProperty({ description: 'Canonical names; the only entry `*` = every symbol.', type: [String], example: ['*'] })
  readonly symbols!: string[];

  @ApiProperty({ description: "MetaTrader's names, shortest first.", type: [String], example: ['H1', 'H4', 'D1'] })
  readonly timeframes!: string[];

  @ApiProperty({ description: 'Limits.', type: TierLimitsView })
  readonly limits!: TierLimitsView;

  @ApiProperty({ description: 'When it was made.', example: '2026-11-21T12:00:00.000Z' })
  readonly created_at!: string;

  @ApiProperty({ description: 'Who made it, as in the audit trail.', example: 'key:7hJk2LmN0p' })
  readonly created_by!: string;

  @ApiProperty({ description: 'When it was taken back.', type: String, nullable: true, example: null })
  readonly withdrawn_at!: string | null;
}

/** A tier. */
@ApiSchema({ description: 'A tier.' })
export class TierView {
  @ApiProperty({ description: 'Name.', example: 'FREE' })
  readonly name!: string;

  @ApiProperty({ description: 'Place among the tiers: a higher one is better.', type: 'integer', example: 1 })
  readonly rank!: number;

  @ApiProperty({ description: 'Counts the changes; the ETag is made of it.', type: 'integer', example: 3 })
  readonly version!: number;

  @ApiProperty({ description: 'Since when it holds what it holds now.', example: '2026-11-21T12:00:00.000Z' })
  readonly effective_at!: string;

  @ApiProperty({ description: 'Canonical names; the only entry `*` = every symbol.', type: [String], example: ['*'] })
  readonly symbols!: string[];

  @ApiProperty({ description: "MetaTrader's names, shortest first.", type: [String], example: ['H1', 'H4', 'D1'] })
  readonly timeframes!: string[];

  @ApiProperty({ description: 'Limits.', type: TierLimitsView })
  readonly limits!: TierLimitsView;

  @ApiProperty({ description: 'Versions that take effect later, the next one first.', type: [TierVersionView] })
  readonly scheduled!: TierVersionView[];
}

/** A tier with its past. */
@ApiSchema({ description: 'A tier with its past.' })
export class TierDetailView extends TierView {
  @ApiProperty({ description: 'Accounts that have the tier.', type: 'integer', example: 12 })
  readonly accounts!: number;

  @ApiProperty({
    description: 'Every version, newest first, at most 100; the audit trail has all.',
    type: [TierVersionView],
  })
  readonly history!: TierVersionView[];
}

/** Answer of GET /admin/tiers. */
@ApiSchema({ description: 'Answer of GET /admin/tiers.' })
export class TierListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'Lowest rank first.', type: [TierView] })
  readonly data!: TierView[];

  @ApiProperty({ description: 'Always null: all tiers are on one page.', type: String, nullable: true, example: null })
  readonly next_cursor!: string | null;
}

/** Answer of GET /admin/tiers/{name}. */
@ApiSchema({ description: 'Answer of GET /admin/tiers/{name}.' })
export class TierDetailAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The tier.', type: TierDetailView })
  readonly data!: TierDetailView;
}

/** Answer of the routes that change a tier. */
@ApiSchema({ description: 'Answer of the routes that change a tier.' })
export class TierAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The tier as it is now; after a deletion, as it was.', type: TierView })
  readonly data!: TierView;
}

/** The content of a tier as admins see it. */
function contentView({ symbols, timeframes, perMinute, perDay, concurrent }: TierContent) {
  return {
    symbols: [...(symbols ?? ['*'])],
    timeframes: [...timeframes],
    limits: { per_minute: perMinute, per_day: perDay ?? null, concurrent: concurrent ?? null },
  };
}

function versionView(version: TierVersion, tier: StoredTier, nowMs: number): TierVersionView {
  const state =
    version.withdrawnAt !== undefined
      ? 'withdrawn'
      : version.effectiveAt.getTime() > nowMs
        ? 'scheduled'
        : version.version === inEffect(tier, nowMs).version
          ? 'in_effect'
          : 'replaced';
  return {
    version: version.version,
    state,
    effective_at: version.effectiveAt.toISOString(),
    ...contentView(version.content),
    created_at: version.createdAt.toISOString(),
    created_by: version.createdBy,
    withdrawn_at: version.withdrawnAt?.toISOString() ?? null,
  };
}

/** What admins see of a tier. */
export function tierView(tier: StoredTier, nowMs: number): Readonly<Pick<TierView, keyof TierView>> {
  const current = inEffect(tier, nowMs);
  return {
    name: tier.name,
    rank: tier.rank,
    version: tier.version,
    effective_at: current.effectiveAt.toISOString(),
    ...contentView(current.content),
    scheduled: toCome(tier, nowMs).map((version) => versionView(version, tier, nowMs)),
  };
}

/** The same with its past. */
export function tierDetailView(
  { tier, accounts, history }: TierRecord,
  nowMs: number,
): Readonly<Pick<TierDetailView, keyof TierDetailView>> {
  return {
    ...tierView(tier, nowMs),
    accounts: accounts.count,
    history: history.map((version) => versionView(version, tier, nowMs)),
  };
}

/** What a preview tells, as {@link TierPreviewView}. */
export function previewOf({ tier, accounts, rank, before, after, effectiveAt, until }: TierPreview, served: Served) {
  const [one, other] = [contentView(before.content), contentView(after)];
  const symbolsOf = (content: TierContent) => content.symbols ?? served.symbols;
  const pair = (name: 'per_day' | 'concurrent') => ({
    before: one.limits[name],
    after: other.limits[name],
  });
  return {
    name: tier.name,
    version: tier.version,
    effective_at: effectiveAt.toISOString(),
    until: until?.toISOString() ?? null,
    accounts: { count: accounts.count, first: accounts.first.map(({ id, name }) => ({ id, name })) },
    rank: { before: tier.rank, after: rank },
    symbols: copied(listDifference(symbolsOf(before.content), symbolsOf(after))),
    timeframes: copied(listDifference(before.content.timeframes, after.timeframes)),
    limits: {
      per_minute: { before: before.content.perMinute, after: after.perMinute },
      per_day: pair('per_day'),
      concurrent: pair('concurrent'),
    },
  };
}

function copied({ lost, won }: ReturnType<typeof listDifference>) {
  return { lost: [...lost], won: [...won] };
}

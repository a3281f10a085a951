import { OneOf, Part, Parts, Schema, Text, Texts, Whole, answerOf, pageOf } from '../../http/index.js';
import type { StoredTier, TierContent, TierVersion } from '../../persistence/index.js';
import type { TierPreview, TierRecord } from './tier-editor.js';
import { listDifference } from './tier-difference.js';
import type { Served } from './tier-plan.js';
import { inEffect, toCome } from './tier-versions.js';

@Schema('How often an account of the tier may call.')
export class TierLimitsView {
  @Whole('Requests a minute.', 60) readonly per_minute!: number;
  @Whole('Requests a day; null = no limit.', 2000, 'nullable') readonly per_day!: number | null;
  @Whole('Concurrent requests; null = the default of 50.', 2, 'nullable') readonly concurrent!: number | null;
}

@Schema('Content of a tier from a time on.')
export class TierVersionView {
  @Whole('Number of the change that made it.', 4) readonly version!: number;
  @OneOf(
    'Whether it applies now, is scheduled, was replaced, or was withdrawn before its time.',
    ['in_effect', 'scheduled', 'replaced', 'withdrawn'],
    'scheduled',
  )
  readonly state!: string;
  @Text('When it takes effect.', '2027-01-01T00:00:00.000Z') readonly effective_at!: string;
  @Texts('Canonical names; the only entry `*` = every symbol.', ['*']) readonly symbols!: string[];
  @Texts("MetaTrader's names, shortest first.", ['H1', 'H4', 'D1']) readonly timeframes!: string[];
  @Part('Limits.', TierLimitsView) readonly limits!: TierLimitsView;
  @Text('When it was created.', '2026-11-21T12:00:00.000Z') readonly created_at!: string;
  @Text('Actor that created it, as in the audit trail.', 'key:7hJk2LmN0p') readonly created_by!: string;
  @Text('When it was withdrawn.', null, 'nullable') readonly withdrawn_at!: string | null;
}

@Schema('A tier.')
export class TierView {
  @Text('Name.', 'FREE') readonly name!: string;
  @Whole('Place among the tiers: a higher one is better.', 1) readonly rank!: number;
  @Whole('Increases with each change; the `ETag` contains it.', 3) readonly version!: number;
  @Text('Since when the current content applies.', '2026-11-21T12:00:00.000Z') readonly effective_at!: string;
  @Texts('Canonical names; the only entry `*` = every symbol.', ['*']) readonly symbols!: string[];
  @Texts("MetaTrader's names, shortest first.", ['H1', 'H4', 'D1']) readonly timeframes!: string[];
  @Part('Limits.', TierLimitsView) readonly limits!: TierLimitsView;
  @Parts('Versions that take effect later, the next one first.', TierVersionView)
  readonly scheduled!: TierVersionView[];
}

@Schema('A tier with its history.')
export class TierDetailView extends TierView {
  @Whole('Accounts that have the tier.', 12) readonly accounts!: number;
  @Parts('Every version, newest first, at most 100; the audit trail has all.', TierVersionView)
  readonly history!: TierVersionView[];
}

export const TierListAnswer = pageOf('TierListAnswer', TierView, 'Lowest rank first.');

export const TierDetailAnswer = answerOf('TierDetailAnswer', TierDetailView, 'The tier.');

export const TierAnswer = answerOf('TierAnswer', TierView, 'The tier as it is now; after a deletion, as it was.');

/** Renders the content of a tier. */
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

/** Renders a tier for admins. */
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

/** The same with its history. */
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

/** Renders a preview. */
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

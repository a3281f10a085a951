import { InvalidParameterError, type ParameterFault } from '../../http/index.js';
import { printable } from '../../kernel/index.js';
import { TIMEFRAMES } from '../../market/index.js';
import type { StoredTier, TierContent, TierVersion } from '../../persistence/index.js';
import { inEffect, toCome } from './tier-versions.js';

/** A change of a tier. Absent members stay; `null` removes a limit. */
export interface TierPatch {
  readonly rank?: number | undefined;
  /** The only entry `*` = every symbol. */
  readonly symbols?: readonly string[] | undefined;
  readonly timeframes?: readonly string[] | undefined;
  readonly perMinute?: number | undefined;
  readonly perDay?: number | null | undefined;
  readonly concurrent?: number | null | undefined;
  /** When the change takes effect. @default immediately */
  readonly effectiveAt?: Date | undefined;
}

/** What this gateway serves. */
export interface Served {
  readonly symbols: readonly string[];
  readonly timeframes: readonly string[];
}

/** The effect of a patch. */
export interface TierPlan {
  readonly rank: number;
  readonly effectiveAt: Date;
  /** The version in effect at that time without the patch. */
  readonly before: TierVersion;
  readonly after: TierContent;
  /** When an already scheduled version replaces it. */
  readonly until: Date | undefined;
}

/** Clocks of several gateways differ by less than this, milliseconds. */
const CLOCK_SKEW_MS = 5_000;
const MAX_DAYS_AHEAD = 366;
const DAY_MS = 86_400_000;
/** Scheduled changes per tier. */
const MAX_SCHEDULED = 20;
/** Unknown names that an error lists. */
const MAX_NAMED = 10;

/** Plans a change of an existing tier. @throws invalid-parameter with every fault */
export function planChange(
  tiers: readonly StoredTier[],
  tier: StoredTier,
  { patch, nowMs, served }: { patch: TierPatch; nowMs: number; served: Served },
): TierPlan {
  const effectiveAt = patch.effectiveAt ?? earliestStart(tier, nowMs);
  const before = inEffect(tier, effectiveAt.getTime());
  const after = merged(before.content, patch);
  const rank = patch.rank ?? tier.rank;
  throwAny([
    ...timeFaults(tier, patch, nowMs),
    ...rankFaults(tiers, tier, { rank, scheduled: patch.effectiveAt !== undefined }),
    ...contentFaults(after, {
      symbols: [...served.symbols, ...(before.content.symbols ?? [])],
      timeframes: [...served.timeframes, ...before.content.timeframes],
    }),
  ]);
  return { rank, effectiveAt, before, after, until: toCome(tier, effectiveAt.getTime())[0]?.effectiveAt };
}

/** Plans the content of a new tier. @throws invalid-parameter with every fault */
export function planNew(
  tiers: readonly StoredTier[],
  name: string,
  { rank, content, served }: { rank: number; content: TierContent; served: Served },
): TierContent {
  const sorted = merged(content, {});
  const taken = tiers.some((tier) => tier.name === name && tier.deletedAt === undefined);
  throwAny([
    ...(taken ? [{ parameter: 'name', message: 'is the name of a tier already' }] : []),
    ...rankFaults(tiers, { name }, { rank, scheduled: false }),
    ...contentFaults(sorted, served),
  ]);
  return sorted;
}

/** Now, or the time of a change that another gateway has just made by a faster clock. */
export function earliestStart({ versions }: Pick<StoredTier, 'versions'>, nowMs: number): Date {
  const recent = versions.map(({ effectiveAt }) => effectiveAt.getTime()).filter((ms) => ms <= nowMs + CLOCK_SKEW_MS);
  return new Date(Math.max(nowMs, ...recent));
}

function merged(base: TierContent, patch: TierPatch): TierContent {
  const { symbols, timeframes = base.timeframes, perMinute = base.perMinute, perDay, concurrent } = patch;
  return {
    symbols: symbols === undefined ? base.symbols : symbols[0] === '*' ? undefined : symbols,
    timeframes: TIMEFRAMES.filter((timeframe) => timeframes.includes(timeframe)),
    perMinute,
    perDay: perDay === undefined ? base.perDay : (perDay ?? undefined),
    concurrent: concurrent === undefined ? base.concurrent : (concurrent ?? undefined),
  };
}

function timeFaults(tier: StoredTier, { effectiveAt }: TierPatch, nowMs: number): ParameterFault[] {
  if (effectiveAt === undefined) return [];
  const aheadMs = effectiveAt.getTime() - nowMs;
  const fault = (message: string): ParameterFault[] => [{ parameter: 'effective_at', message }];
  if (!(aheadMs > 0)) return fault('must be in the future; leave it out to apply the change immediately');
  if (aheadMs > MAX_DAYS_AHEAD * DAY_MS) return fault(`must be at most ${MAX_DAYS_AHEAD} days ahead`);
  if (toCome(tier, nowMs).length < MAX_SCHEDULED) return [];
  return fault(`${MAX_SCHEDULED} changes of the tier are scheduled already; withdraw one`);
}

function rankFaults(
  tiers: readonly StoredTier[],
  tier: Pick<StoredTier, 'name'> & Partial<StoredTier>,
  { rank, scheduled }: { rank: number; scheduled: boolean },
): ParameterFault[] {
  if (rank === tier.rank) return [];
  if (scheduled) return [{ parameter: 'rank', message: 'cannot be scheduled; change it without effective_at' }];
  const holder = tiers.find(
    (other) => other.name !== tier.name && other.deletedAt === undefined && other.rank === rank,
  );
  return holder === undefined ? [] : [{ parameter: 'rank', message: `is the rank of ${holder.name} already` }];
}

/** A tier may keep symbols and timeframes that this gateway no longer serves. */
function contentFaults({ symbols = [], timeframes }: TierContent, served: Served): ParameterFault[] {
  const unknown = (parameter: string, names: readonly string[], known: readonly string[]): ParameterFault[] => {
    const lacking = names.filter((name) => !known.includes(name));
    if (lacking.length === 0) return [];
    const listed = lacking.slice(0, MAX_NAMED).map((name) => printable(name, 40));
    const more = lacking.length > MAX_NAMED ? ` and ${lacking.length - MAX_NAMED} more` : '';
    return [{ parameter, message: `must be served by this gateway; not served: ${listed.join(', ')}${more}` }];
  };
  return [...unknown('symbols', symbols, served.symbols), ...unknown('timeframes', timeframes, served.timeframes)];
}

function throwAny(faults: readonly ParameterFault[]): void {
  if (faults.length > 0) throw new InvalidParameterError(faults);
}

import { InvalidParameterError, type ParameterFault } from '../../http/index.js';
import { printable } from '../../kernel/index.js';
import { TIMEFRAMES } from '../../market/index.js';
import type { StoredTier, TierContent, TierVersion } from '../../persistence/index.js';
import { inEffect, toCome } from './tier-versions.js';

/** What an admin wants a tier to hold. What is not named stays; `null` takes a limit away. */
export interface TierOrder {
  readonly rank?: number | undefined;
  /** The only entry `*` = every symbol. */
  readonly symbols?: readonly string[] | undefined;
  readonly timeframes?: readonly string[] | undefined;
  readonly perMinute?: number | undefined;
  readonly perDay?: number | null | undefined;
  readonly concurrent?: number | null | undefined;
  /** From then on; without it at once. */
  readonly effectiveAt?: Date | undefined;
}

/** What this gateway serves. */
export interface Served {
  readonly symbols: readonly string[];
  readonly timeframes: readonly string[];
}

/** What an order comes to. */
export interface TierPlan {
  readonly rank: number;
  readonly effectiveAt: Date;
  /** What would be in effect at that time without the order. */
  readonly before: TierVersion;
  readonly after: TierContent;
  /** When a version that is scheduled already takes its place. */
  readonly until: Date | undefined;
}

/** Clocks of several gateways differ by less than this, milliseconds. */
const CLOCK_SKEW_MS = 5_000;
/** The farthest that a change can be scheduled ahead, days. */
const MOST_DAYS_AHEAD = 366;
const DAY_MS = 86_400_000;
/** Changes that may wait for their time, per tier. */
const MOST_SCHEDULED = 20;
/** More unknown names than this are not listed. */
const MOST_NAMED = 10;

/** Works out a change of an existing tier. @throws invalid-parameter with every fault */
export function planChange(
  tiers: readonly StoredTier[],
  tier: StoredTier,
  { order, nowMs, served }: { order: TierOrder; nowMs: number; served: Served },
): TierPlan {
  const effectiveAt = order.effectiveAt ?? atOnce(tier, nowMs);
  const before = inEffect(tier, effectiveAt.getTime());
  const after = merged(before.content, order);
  const rank = order.rank ?? tier.rank;
  throwAny([
    ...timeFaults(tier, order, nowMs),
    ...rankFaults(tiers, tier, { rank, scheduled: order.effectiveAt !== undefined }),
    ...contentFaults(after, {
      symbols: [...served.symbols, ...(before.content.symbols ?? [])],
      timeframes: [...served.timeframes, ...before.content.timeframes],
    }),
  ]);
  return { rank, effectiveAt, before, after, until: toCome(tier, effectiveAt.getTime())[0]?.effectiveAt };
}

/** Works out the content of a tier that does not exist yet. @throws invalid-parameter with every fault */
export function planNew(
  tiers: readonly StoredTier[],
  name: string,
  { order, content, served }: { order: { readonly rank: number }; content: TierContent; served: Served },
): TierContent {
  const sorted = merged(content, {});
  const taken = tiers.some((tier) => tier.name === name && tier.deletedAt === undefined);
  throwAny([
    ...(taken ? [{ parameter: 'name', message: 'is the name of a tier already' }] : []),
    ...rankFaults(tiers, { name }, { rank: order.rank, scheduled: false }),
    ...contentFaults(sorted, served),
  ]);
  return sorted;
}

/** Not before a change that another gateway has just made by a clock that goes ahead of ours. */
export function atOnce({ versions }: Pick<StoredTier, 'versions'>, nowMs: number): Date {
  const recent = versions.map(({ effectiveAt }) => effectiveAt.getTime()).filter((ms) => ms <= nowMs + CLOCK_SKEW_MS);
  return new Date(Math.max(nowMs, ...recent));
}

function merged(base: TierContent, order: TierOrder): TierContent {
  const { symbols, timeframes = base.timeframes, perMinute = base.perMinute, perDay, concurrent } = order;
  return {
    symbols: symbols === undefined ? base.symbols : symbols[0] === '*' ? undefined : symbols,
    timeframes: TIMEFRAMES.filter((timeframe) => timeframes.includes(timeframe)),
    perMinute,
    perDay: perDay === undefined ? base.perDay : (perDay ?? undefined),
    concurrent: concurrent === undefined ? base.concurrent : (concurrent ?? undefined),
  };
}

function timeFaults(tier: StoredTier, { effectiveAt }: TierOrder, nowMs: number): ParameterFault[] {
  if (effectiveAt === undefined) return [];
  const aheadMs = effectiveAt.getTime() - nowMs;
  const fault = (message: string): ParameterFault[] => [{ parameter: 'effective_at', message }];
  if (!(aheadMs > 0)) return fault('must be in the future; leave it out for at once');
  if (aheadMs > MOST_DAYS_AHEAD * DAY_MS) return fault(`must be at most ${MOST_DAYS_AHEAD} days ahead`);
  if (toCome(tier, nowMs).length < MOST_SCHEDULED) return [];
  return fault(`${MOST_SCHEDULED} changes of the tier are scheduled already; withdraw one`);
}

function rankFaults(
  tiers: readonly StoredTier[],
  tier: Pick<StoredTier, 'name'> & Partial<StoredTier>,
  { rank, scheduled }: { rank: number; scheduled: boolean },
): ParameterFault[] {
  if (rank === tier.rank) return [];
  if (scheduled) return [{ parameter: 'rank', message: 'cannot be changed at a later time, only at once' }];
  const holder = tiers.find(
    (other) => other.name !== tier.name && other.deletedAt === undefined && other.rank === rank,
  );
  return holder === undefined ? [] : [{ parameter: 'rank', message: `is the rank of ${holder.name} already` }];
}

/** A tier keeps what it has, also where the gateway has ceased to serve it. */
function contentFaults({ symbols = [], timeframes }: TierContent, served: Served): ParameterFault[] {
  const unknown = (parameter: string, names: readonly string[], known: readonly string[]): ParameterFault[] => {
    const lacking = names.filter((name) => !known.includes(name));
    if (lacking.length === 0) return [];
    const listed = lacking.slice(0, MOST_NAMED).map((name) => printable(name, 40));
    const more = lacking.length > MOST_NAMED ? ` and ${lacking.length - MOST_NAMED} more` : '';
    return [{ parameter, message: `must be served by this gateway; not served: ${listed.join(', ')}${more}` }];
  };
  return [...unknown('symbols', symbols, served.symbols), ...unknown('timeframes', timeframes, served.timeframes)];
}

function throwAny(faults: readonly ParameterFault[]): void {
  if (faults.length > 0) throw new InvalidParameterError(faults);
}

import type { Tier } from '../../config/index.js';
import type { TierContent } from '../../persistence/index.js';

export interface ListDifference {
  readonly lost: readonly string[];
  readonly won: readonly string[];
}

/** The symbols or timeframes that a change removes and adds, in their order. */
export function listDifference(before: readonly string[], after: readonly string[]): ListDifference {
  const had = new Set(before);
  const has = new Set(after);
  return { lost: before.filter((name) => !has.has(name)), won: after.filter((name) => !had.has(name)) };
}

/** A longer list is audited by its differences only, because an audit row holds 4,000 characters. */
const MAX_LISTED = 40;

/** Before and after of an audit row: only members that differ. */
export interface AuditedDifference {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** Difference of rank and content, for an audit row. */
export function auditedDifference(before: AuditedState, after: AuditedState): AuditedDifference {
  const one = members(before);
  const other = members(after);
  const changed = Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
  return {
    before: Object.fromEntries(changed.map((name) => [name, short(one[name], other[name], 'lost')])),
    after: Object.fromEntries(changed.map((name) => [name, short(other[name], one[name], 'won')])),
  };
}

/** A tier at one moment. */
export interface AuditedState {
  readonly rank: Tier['rank'];
  readonly content: TierContent;
}

function members({ rank, content }: AuditedState): Record<string, unknown> {
  const { symbols, timeframes, perMinute, perDay, concurrent } = content;
  return {
    rank,
    symbols: symbols ?? ['*'],
    timeframes,
    per_minute: perMinute,
    per_day: perDay ?? null,
    concurrent: concurrent ?? null,
  };
}

function short(value: unknown, other: unknown, name: 'lost' | 'won'): unknown {
  if (!Array.isArray(value) || value.length <= MAX_LISTED) return value;
  const only = listDifference(value as string[], (other ?? []) as string[]).lost;
  return { count: value.length, [name]: only.slice(0, MAX_LISTED) };
}

import type { Tier } from '../../config/index.js';
import type { TierContent } from '../../persistence/index.js';

/** What a list loses and wins. */
export interface ListDifference {
  readonly lost: readonly string[];
  readonly won: readonly string[];
}

/** The symbols or timeframes that a change takes and gives, in their order. */
export function listDifference(before: readonly string[], after: readonly string[]): ListDifference {
  const had = new Set(before);
  const has = new Set(after);
  return { lost: before.filter((name) => !has.has(name)), won: after.filter((name) => !had.has(name)) };
}

/** A list that is longer than this is described by what it loses and wins; an audit row has room for 4000 characters. */
const MOST_LISTED = 40;

/** Before and after of an audit row: only members that differ. */
export interface AuditedDifference {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** What an audit row says of a change of rank or content. */
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
  if (!Array.isArray(value) || value.length <= MOST_LISTED) return value;
  const only = listDifference(value as string[], (other ?? []) as string[]).lost;
  return { count: value.length, [name]: only.slice(0, MOST_LISTED) };
}

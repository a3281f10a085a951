import { InvalidParameterError } from '../../http/index.js';
import type { TierContent } from '../../persistence/index.js';
import { timeOf } from '../body.rules.js';
import type { ChangeTierBody, CreateTierBody, ReplaceTierBody } from './tier-bodies.js';
import type { TierOrder } from './tier-plan.js';

/** What a whole body orders: a limit that it leaves out is none. */
export function replacement(body: ReplaceTierBody): TierOrder {
  const { per_minute, per_day = null, concurrent = null } = body.limits;
  const { rank, symbols, timeframes } = body;
  refuseMixed(symbols);
  const effectiveAt = timeOf(body.effective_at);
  return { rank, symbols, timeframes, perMinute: per_minute, perDay: per_day, concurrent, effectiveAt };
}

/** What a body in parts orders: what it leaves out stays. */
export function change({ rank, symbols, timeframes, limits, effective_at }: ChangeTierBody): TierOrder {
  refuseMixed(symbols);
  return {
    rank,
    symbols,
    timeframes,
    perMinute: limits?.per_minute,
    perDay: limits?.per_day,
    concurrent: limits?.concurrent,
    effectiveAt: timeOf(effective_at),
  };
}

/** The content of a new tier. */
export function newContent({ symbols, timeframes, limits }: CreateTierBody): TierContent {
  refuseMixed(symbols);
  return {
    symbols: symbols[0] === '*' ? undefined : symbols,
    timeframes,
    perMinute: limits.per_minute,
    perDay: limits.per_day ?? undefined,
    concurrent: limits.concurrent ?? undefined,
  };
}

function refuseMixed(symbols: readonly string[] = []): void {
  if (symbols.length > 1 && symbols.includes('*')) {
    throw InvalidParameterError.of('symbols', 'must be names, or the only entry is *');
  }
}

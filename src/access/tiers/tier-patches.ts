import { InvalidParameterError } from '../../http/index.js';
import type { TierContent } from '../../persistence/index.js';
import { timeOf } from '../body.rules.js';
import type { ChangeTierBody, CreateTierBody, ReplaceTierBody } from './tier-bodies.js';
import type { TierPatch } from './tier-plan.js';

/** Reads a complete body; a limit that it leaves out is removed. */
export function replacement(body: ReplaceTierBody): TierPatch {
  const { per_minute, per_day = null, concurrent = null } = body.limits;
  const { rank, symbols, timeframes } = body;
  refuseMixed(symbols);
  const effectiveAt = timeOf(body.effective_at);
  return { rank, symbols, timeframes, perMinute: per_minute, perDay: per_day, concurrent, effectiveAt };
}

/** Reads a partial body; members that it leaves out stay. */
export function change({ rank, symbols, timeframes, limits, effective_at }: ChangeTierBody): TierPatch {
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

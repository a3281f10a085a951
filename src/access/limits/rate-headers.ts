import type { RateState } from './rate-limits.js';

/**
 * What a counted answer says of the account: every policy and its state (draft-11 of the IETF's RateLimit fields), and
 * the minute once more in the headers that older clients read.
 *
 * @param nowMs wall clock
 */
export function rateHeaders({ windows }: RateState, nowMs: number): Record<string, string> {
  const [minute] = windows;
  if (minute === undefined) return {};
  return {
    'ratelimit-policy': windows
      .map(({ policy }) => `"${policy.name}";q=${policy.quota};w=${seconds(policy.windowMs)}`)
      .join(', '),
    ratelimit: windows
      .map(({ policy, remaining, resetMs }) => `"${policy.name}";r=${remaining};t=${seconds(resetMs)}`)
      .join(', '),
    'x-ratelimit-limit': String(minute.policy.quota),
    'x-ratelimit-remaining': String(minute.remaining),
    'x-ratelimit-reset': String(seconds(nowMs + minute.resetMs)),
  };
}

/** Whole seconds after which a time has surely passed. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

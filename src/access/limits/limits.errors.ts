import { counted, ErrorExample, GatewayError } from '../../kernel/index.js';
import { seconds } from './rate-headers.js';
import type { WindowState } from './rate-limits.js';

/** Name of the limit on concurrent requests, next to those of the time windows. */
export const CONCURRENCY = 'concurrency';

/** The account's limit is used up (429 `quota-exceeded`). Names every limit in the way; the longest wait counts. */
@ErrorExample('quota-exceeded', () => {
  const policy = { name: 'minute', quota: 60, windowMs: 60_000 } as const;
  return new QuotaExceededError([{ policy, remaining: 0, resetMs: 59_000 }], { atConcurrencyLimit: false });
})
export class QuotaExceededError extends GatewayError {
  override readonly code = 'quota-exceeded';
  override readonly retryable = true;

  constructor(exhausted: readonly WindowState[], { atConcurrencyLimit }: { readonly atConcurrencyLimit: boolean }) {
    const wait = Math.max(...exhausted.map(({ resetMs }) => seconds(resetMs)));
    const quotas = exhausted.map(({ policy }) => `${policy.quota} requests per ${policy.name}`).join(' and ');
    const used = exhausted.length === 1 ? `the limit of ${quotas} is` : `the limits of ${quotas} are`;
    super(`${used} used up; wait ${counted(wait, 'second')}`, {
      retryAfterSeconds: wait,
      members: {
        violated_policies: [
          ...exhausted.map(({ policy }) => policy.name),
          ...(atConcurrencyLimit ? [CONCURRENCY] : []),
        ],
      },
    });
  }
}

/** The account has reached its limit of concurrent requests (429 `concurrency-exceeded`). */
@ErrorExample('concurrency-exceeded', () => new ConcurrencyExceededError(2))
export class ConcurrencyExceededError extends GatewayError {
  override readonly code = 'concurrency-exceeded';
  override readonly retryable = true;

  constructor(limit: number) {
    super(`the account already has ${limit} requests open, its limit of concurrent requests; wait for an answer`, {
      retryAfterSeconds: 1,
      members: { violated_policies: [CONCURRENCY] },
    });
  }
}

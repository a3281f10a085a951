import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** Refusals of access control, for Prometheus. Labels are codes and tier names, never keys or accounts. */
@Injectable()
export class AccessMetrics {
  private readonly limited: Counter<'tier' | 'policy'>;
  private readonly failures: Counter<'reason'>;

  constructor(registry: Registry) {
    this.limited = new Counter({
      name: 'mt5gw_rate_limited_total',
      help: 'Requests refused because a limit was used up.',
      labelNames: ['tier', 'policy'],
      registers: [registry],
    });
    this.failures = new Counter({
      name: 'mt5gw_auth_failures_total',
      help: 'Requests refused because of their key.',
      labelNames: ['reason'],
      registers: [registry],
    });
  }

  countLimited(tier: string, policy: string): void {
    this.limited.inc({ tier, policy });
  }

  /** @param reason an error code */
  countRefusal(reason: string): void {
    this.failures.inc({ reason });
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import type { Tier } from '../config/index.js';
import type { GatewayHttpAdapter } from '../http/index.js';
import { Clock } from '../kernel/index.js';
import { QuotaExceededError } from './access.errors.js';
import { AccessMetrics } from './access.metrics.js';
import { RateLimits, type RateState, type RateSubject, type Reservation, WINDOW_MS } from './rate-limits.js';

/** Name of the one policy there is so far. */
const POLICY = 'minute';

interface Accounted {
  readonly subject: RateSubject;
  reservation: Reservation | undefined;
}

/**
 * Counts requests against the account: one is taken before the handler runs and given back when the answer turns out
 * to cost nothing. 2xx and 404 cost one, everything else nothing. Every answer of a counted route says where the
 * account stands after that.
 */
@Injectable()
export class RateAccounting implements OnModuleInit {
  private readonly accounted = new WeakMap<object, Accounted>();

  constructor(
    private readonly limits: RateLimits,
    private readonly metrics: AccessMetrics,
    private readonly clock: Clock,
    private readonly host: HttpAdapterHost<GatewayHttpAdapter>,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onSend', async (request, reply, payload) => {
      await this.settle(request, reply);
      return payload;
    });
  }

  /** From here on the request belongs to an account, whose limits its answer names. */
  begin(request: object, accountId: string, tier: Tier): void {
    const subject = { accountId, quota: tier.limits.perMinute };
    this.accounted.set(request, { subject, reservation: undefined });
  }

  /** Takes one request of the account's quota. @throws QuotaExceededError when none is left */
  async take(request: object, tier: Tier): Promise<void> {
    const entry = this.accounted.get(request);
    if (entry === undefined) return;
    entry.reservation = await this.limits.reserve(entry.subject);
    if (entry.reservation !== undefined) return;
    this.metrics.countLimited(tier.name, POLICY);
    const { resetMs } = await this.limits.state(entry.subject);
    throw new QuotaExceededError({ policy: POLICY, quota: entry.subject.quota, retryAfterSeconds: seconds(resetMs) });
  }

  private async settle(request: object, reply: FastifyReply): Promise<void> {
    const entry = this.accounted.get(request);
    if (entry === undefined) return;
    // When sending fails, an error passes here as a second answer: settled is settled, and the headers are set.
    this.accounted.delete(request);
    const costs = (reply.statusCode >= 200 && reply.statusCode < 300) || reply.statusCode === 404;
    if (costs && entry.reservation === undefined) await this.limits.charge(entry.subject);
    if (!costs) await entry.reservation?.refund();
    void reply.headers(this.headers(entry.subject, await this.limits.state(entry.subject)));
  }

  private headers({ quota }: RateSubject, { remaining, resetMs }: RateState): Record<string, string> {
    return {
      'ratelimit-policy': `"${POLICY}";q=${quota};w=${WINDOW_MS / 1000}`,
      ratelimit: `"${POLICY}";r=${remaining};t=${seconds(resetMs)}`,
      'x-ratelimit-limit': String(quota),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(seconds(this.clock.nowMs() + resetMs)),
    };
  }
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tier } from '../../config/index.js';
import { type GatewayHttpAdapter, onResponseClosed } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { CONCURRENCY, ConcurrencyExceededError, QuotaExceededError } from './limits.errors.js';
import { AccessMetrics } from '../access.metrics.js';
import { answerCost } from './answer-cost.js';
import { rateHeaders } from './rate-headers.js';
import { type Admission, RateLimits, type RateSubject, type Reservation } from './rate-limits.js';
import { rateSubject } from './rate-policies.js';

interface Accounted {
  readonly subject: RateSubject;
  readonly tier: string;
  reservation: Reservation | undefined;
}

/**
 * Counts requests against the account: one is taken before the handler runs and given back when the answer turns out
 * to cost nothing. 2xx and 404 cost one, everything else nothing, also when the caller hangs up meanwhile. The place
 * among the running ones is held until the answer is sent or the connection is gone. Every answer of a counted route says
 * where the account stands after that.
 */
@Injectable()
export class RateAccounting implements OnModuleInit {
  private readonly accounted = new WeakMap<FastifyRequest, Accounted>();

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
  begin(request: FastifyRequest, accountId: string, tier: Tier): void {
    this.accounted.set(request, { subject: rateSubject(accountId, tier), tier: tier.name, reservation: undefined });
  }

  /**
   * Takes one request of the account's limits; nothing where the route is not counted.
   *
   * @throws QuotaExceededError when none is left in the minute or the day
   * @throws ConcurrencyExceededError when too many are running
   */
  async take(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const entry = this.accounted.get(request);
    if (entry === undefined) return;
    const admission = await this.limits.reserve(entry.subject);
    if (!admission.admitted) throw this.refused(admission, entry);
    const { reservation } = admission;
    entry.reservation = reservation;
    onResponseClosed(reply, () => void reservation.release());
  }

  private refused(
    { exhausted, atConcurrencyLimit }: Extract<Admission, { admitted: false }>,
    { subject, tier }: Accounted,
  ): QuotaExceededError | ConcurrencyExceededError {
    for (const { policy } of exhausted) this.metrics.countLimited(tier, policy.name);
    if (atConcurrencyLimit) this.metrics.countLimited(tier, CONCURRENCY);
    if (exhausted.length === 0) return new ConcurrencyExceededError(subject.concurrent ?? 0);
    return new QuotaExceededError(exhausted, { atConcurrencyLimit });
  }

  private async settle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const entry = this.accounted.get(request);
    if (entry === undefined) return;
    // When sending fails, an error passes here as a second answer: settled is settled, and the headers are set.
    this.accounted.delete(request);
    const costs = answerCost(reply.statusCode) > 0;
    if (costs && entry.reservation === undefined) await this.limits.charge(entry.subject);
    if (!costs) await entry.reservation?.refund();
    void reply.headers(rateHeaders(await this.limits.state(entry.subject), this.clock.nowMs()));
  }
}

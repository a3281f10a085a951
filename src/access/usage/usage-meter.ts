import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { accessRuleOf, type GatewayHttpAdapter, operationOf, requestState } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { UsageLedger } from '../../persistence/index.js';
import { answerCost } from '../limits/answer-cost.js';

/**
 * Meters every request of a customer route with a genuine key, once, before its answer leaves. A client that has read an
 * answer therefore finds it in the usage. Requests refused for their key belong to no account and are only audited.
 */
@Injectable()
export class UsageMeter implements OnModuleInit {
  private readonly metered = new WeakSet<FastifyRequest>();

  constructor(
    private readonly ledger: UsageLedger,
    private readonly clock: Clock,
    private readonly host: HttpAdapterHost<GatewayHttpAdapter>,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onSend', (request, reply, payload, done) => {
      this.record(request, reply.statusCode, payload);
      done(null, payload);
    });
  }

  private record(request: FastifyRequest, status: number, payload: unknown): void {
    const { caller, symbol = '' } = requestState(request);
    const rule = accessRuleOf(request);
    // When sending fails, an error passes as a second answer.
    if (caller === undefined || rule?.kind !== 'customer' || this.metered.has(request)) return;
    this.metered.add(request);
    this.ledger.record({
      accountId: caller.accountId,
      route: operationOf(request),
      symbol,
      atMs: this.clock.nowMs(),
      cost: rule.counted ? answerCost(status) : 0,
      status,
      bytes: lengthOf(payload),
    });
  }
}

function lengthOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return Buffer.isBuffer(payload) ? payload.length : 0;
}

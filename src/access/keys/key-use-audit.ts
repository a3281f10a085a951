import type { FastifyRequest } from 'fastify';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../http/index.js';
import { Clock, type GatewayError } from '../../kernel/index.js';
import { AuditLog } from '../../persistence/index.js';
import { KeyRefusedError } from '../access.errors.js';
import { AccessMetrics } from '../access.metrics.js';
import { LruMap } from './lru-map.js';

const HOUR_MS = 3_600_000;
/** Keys whose last recorded hour is remembered; a forgotten one is only recorded once more. */
const CAPACITY = 10_000;

/** Writes down who used which key (once per key and hour) and every refusal. Never makes a request wait. */
@Injectable()
export class KeyUseAudit {
  private readonly lastHour = new LruMap<string, number>(CAPACITY);

  constructor(
    private readonly log: AuditLog,
    private readonly metrics: AccessMetrics,
    private readonly clock: Clock,
  ) {}

  used(request: FastifyRequest, caller: Caller): void {
    const now = this.clock.nowMs();
    const hour = Math.floor(now / HOUR_MS);
    if (this.lastHour.get(caller.keyId) === hour) return;
    this.lastHour.set(caller.keyId, hour);
    this.log.record({
      at: new Date(now),
      actor: `key:${caller.keyId}`,
      action: 'key.used',
      target: `account:${caller.accountId}`,
      detail: factsOf(request),
      requestId: request.id,
    });
  }

  /** @param keyId of the key, when it was found genuine before it was refused */
  refused(request: FastifyRequest, error: GatewayError, keyId: string | undefined): void {
    this.metrics.countRefusal(error.code);
    const known = error instanceof KeyRefusedError ? error.keyId : keyId;
    this.log.record({
      at: new Date(this.clock.nowMs()),
      actor: known === undefined ? 'anonymous' : `key:${known}`,
      action: 'key.refused',
      target: known === undefined ? '' : `key:${known}`,
      detail: { ...factsOf(request), reason: error.code },
      requestId: request.id,
    });
  }
}

/** The route's template instead of the URL, which might hold a key. */
function factsOf(request: FastifyRequest): Record<string, unknown> {
  return { method: request.method, route: request.routeOptions.url, address: request.ip };
}

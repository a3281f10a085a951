import type { FastifyRequest } from 'fastify';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Caller } from '../../http/index.js';
import { Clock, type GatewayError, type Timer } from '../../kernel/index.js';
import { AuditLog } from '../../persistence/index.js';
import { KeyRefusedError } from '../credentials/keys.errors.js';
import { AccessMetrics } from '../access.metrics.js';
import { LruMap } from './lru-map.js';
import { type RefusalFacts, type RefusalGroup, RefusalGroups } from './refusal-groups.js';

const HOUR_MS = 3_600_000;
/** Keys whose last recorded hour is remembered; a forgotten one is only recorded once more. */
const CAPACITY = 10_000;

/** How often groups whose minute is over are written, milliseconds. */
const WRITE_EVERY_MS = 5_000;
/** Groups of refusals without a genuine key that may be open. */
const MAX_ANONYMOUS_GROUPS = 200;
/** Groups of refused genuine keys; strangers cannot use these up. */
const MAX_KEY_GROUPS = 1_000;
/** Name of refusals that were already answered 429. */
const LIMITED = 'quota-exceeded';

/** Records who used which key (once per key and hour), and refusals in groups. Never makes a request wait. */
@Injectable()
export class KeyUseAudit implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly lastHour = new LruMap<string, number>(CAPACITY);
  private readonly strangers = new RefusalGroups(MAX_ANONYMOUS_GROUPS);
  private readonly refusedKeys = new RefusalGroups(MAX_KEY_GROUPS);
  private timer: Timer | undefined;

  constructor(
    private readonly log: AuditLog,
    private readonly metrics: AccessMetrics,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer ??= this.clock.every(WRITE_EVERY_MS, () => this.writeGroups(this.clock.monotonicMs()));
  }

  /** The audit log closes after this, so nothing that was counted is lost. */
  onApplicationShutdown(): void {
    this.timer?.cancel();
    this.writeGroups();
  }

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
    const known = error instanceof KeyRefusedError ? (error.keyId ?? keyId) : keyId;
    const { method, route, address } = factsOf(request);
    const actor = known === undefined ? 'anonymous' : `key:${known}`;
    this.count({ actor, reason: error.code, address, method, route: route ?? null }, request);
  }

  /** A write of a genuine key that would lock operators out. The key itself is valid, so no metric counts it. */
  lockout(request: FastifyRequest, reason: 'last-full-key' | 'own-account', keyId: string): void {
    const { method, route, address } = factsOf(request);
    this.count({ actor: `key:${keyId}`, reason, address, method, route: route ?? null }, request);
  }

  /** A refusal of an address that was already answered 429: only its number is recorded. */
  limited(request: FastifyRequest, error: GatewayError): void {
    this.metrics.countRefusal(error.code);
    const { address } = factsOf(request);
    this.count({ actor: 'anonymous', reason: LIMITED, address, method: null, route: null }, request);
  }

  private count(facts: RefusalFacts, request: FastifyRequest): void {
    const groups = facts.actor === 'anonymous' ? this.strangers : this.refusedKeys;
    const moment = {
      monotonicMs: this.clock.monotonicMs(),
      wallMs: this.clock.nowMs(),
      requestId: request.id,
    };
    const first = groups.add(facts, moment);
    if (first !== undefined) this.write(first);
  }

  private writeGroups(untilMs?: number): void {
    for (const group of [...this.strangers.take(untilMs), ...this.refusedKeys.take(untilMs)]) this.write(group);
  }

  private write({ actor, reason, address, method, route, count, firstMs, lastMs, requestId }: RefusalGroup): void {
    const first = new Date(firstMs);
    this.log.record({
      at: first,
      actor,
      action: 'key.refused',
      target: actor === 'anonymous' ? '' : actor,
      detail: {
        method,
        route,
        address,
        reason,
        count,
        first: first.toISOString(),
        last: new Date(lastMs).toISOString(),
      },
      requestId,
    });
  }
}

/** The route's template instead of the URL, which might hold a key. */
function factsOf({ method, routeOptions, ip }: FastifyRequest): {
  method: string;
  route: string | undefined;
  address: string;
} {
  return { method, route: routeOptions.url, address: ip };
}

import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { isGatewayError, withoutKeys } from '../../kernel/index.js';
import { findAccessRule } from './access-rule.js';
import { type Claim, IdempotentAnswers, type IdempotentRequest } from './idempotent-answers.js';
import { IdempotencyConflictError, InvalidParameterError } from '../problems/http.errors.js';
import { requestState } from './request-state.js';

/** Name of the header of requests. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';
const REPLAYED = 'Idempotency-Replayed';
const ACCEPTED = /^[\x21-\x7e]{1,255}$/;
/** Headers that are kept and repeated with the answer. */
const KEPT_HEADERS = ['etag', 'location', 'cache-control'] as const;
/** Largest answer that is kept, bytes. A repetition of a larger one gets a conflict. */
const MAX_ANSWER_BYTES = 262_144;
/** No admin write takes longer; after this time its answer counts as lost. */
const LOST_AFTER_SECONDS = 60;
/** Replaces API keys in kept answers, because a key is shown once. */
const REDACTED = '(shown once, in the first answer to this Idempotency-Key)';
/** Codes after which the outcome of the write is unknown. */
const OUTCOME_UNKNOWN: ReadonlySet<string> = new Set([
  'internal',
  'reduced-capacity',
  'terminal-timeout',
  'terminal-error',
]);

interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Makes admin writes safe to repeat: with an Idempotency-Key a write is done once, and the same request within a day gets
 * the same answer. A refused write has changed nothing and is not kept. When the process dies in between, or the answer
 * cannot be kept, a repetition is refused, because a second write would be worse.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly answers: IdempotentAnswers) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (header === undefined || isRead || findAccessRule(context.getHandler())?.kind !== 'admin') return next.handle();
    return from(this.once(identify(request, header), http.getResponse<FastifyReply>(), next));
  }

  private async once(request: IdempotentRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const claim = await this.answers.claim(request);
    if (claim.state === 'answered') return replay(JSON.parse(claim.answer) as KeptAnswer, reply);
    if (claim.state !== 'new') throw conflict(claim);
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.keep(request, reply, body);
      return body;
    } catch (error) {
      if (isGatewayError(error) && !OUTCOME_UNKNOWN.has(error.code))
        await this.answers.release(request).catch(() => undefined);
      throw error;
    }
  }

  /** Keeps the answer. A failure to keep it does not fail the write. */
  private async keep(request: IdempotentRequest, reply: FastifyReply, body: unknown): Promise<void> {
    const headers = Object.fromEntries(
      KEPT_HEADERS.filter((name) => reply.hasHeader(name)).map((name) => [name, String(reply.getHeader(name))]),
    );
    const answer = JSON.stringify({ status: reply.statusCode, headers, body }, withoutSecret);
    if (answer.length <= MAX_ANSWER_BYTES) await this.answers.answer(request, answer).catch(() => undefined);
  }
}

/** @throws invalid-parameter */
function identify(request: FastifyRequest, header: string | string[]): IdempotentRequest {
  const idempotencyKey = String(header);
  if (!ACCEPTED.test(idempotencyKey)) {
    throw InvalidParameterError.of(IDEMPOTENCY_KEY, 'must be 1 to 255 visible ASCII characters');
  }
  const { caller } = requestState(request);
  if (caller === undefined) throw new TypeError('an admin route without a caller: its guard did not run');
  const parts = [request.method, request.url, JSON.stringify(request.body ?? null)];
  const fingerprint = createHash('sha256').update(parts.join('\n')).digest();
  return { keyId: caller.keyId, idempotencyKey, fingerprint };
}

function replay({ status, headers, body }: KeptAnswer, reply: FastifyReply): unknown {
  void reply.code(status).headers({ ...headers, [REPLAYED]: 'true' });
  return body;
}

function conflict(claim: Extract<Claim, { state: 'different' | 'open' }>): IdempotencyConflictError {
  if (claim.state === 'different') return IdempotencyConflictError.ofOtherRequest();
  if (claim.ageSeconds < LOST_AFTER_SECONDS) {
    return new IdempotencyConflictError('the request with this Idempotency-Key is still running; ask again soon', {
      retryAfterSeconds: 1,
    });
  }
  return new IdempotencyConflictError(
    'the answer to this Idempotency-Key was lost; look whether the change was made, and use a new key if it was not',
  );
}

function withoutSecret(_member: string, value: unknown): unknown {
  return typeof value === 'string' && withoutKeys(value) !== value ? REDACTED : value;
}

import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Claim, IdempotencyStore, type IdempotentRequest } from './idempotency-store.js';

/** Retention and number of answers for each key. */
const KEPT = `interval '24 hours'`;
const MAX_PER_KEY = 1000;
/** Old rows that each claim deletes: more than it adds, so that they cannot pile up. */
const SWEPT = 20;

/** An expired row counts as absent. A valid one stays as it is and is not returned. */
const CLAIM = `
  INSERT INTO idempotent_request AS known (key_id, idempotency_key, fingerprint, started_at)
  VALUES ($1, $2, $3, clock_timestamp())
  ON CONFLICT (key_id, idempotency_key) DO UPDATE
    SET fingerprint = excluded.fingerprint, started_at = excluded.started_at, answer = NULL
    WHERE known.started_at < clock_timestamp() - ${KEPT}
  RETURNING 1`;

const KNOWN = `
  SELECT fingerprint = $3, answer, extract(epoch FROM clock_timestamp() - started_at)::float8
  FROM idempotent_request WHERE key_id = $1 AND idempotency_key = $2`;

const ANSWER = `
  UPDATE idempotent_request SET answer = $4 WHERE key_id = $1 AND idempotency_key = $2 AND fingerprint = $3`;

const RELEASE = `
  DELETE FROM idempotent_request
  WHERE key_id = $1 AND idempotency_key = $2 AND fingerprint = $3 AND answer IS NULL`;

const SWEEP = `
  DELETE FROM idempotent_request WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotent_request WHERE started_at < clock_timestamp() - ${KEPT}
    ORDER BY started_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED)
  || ARRAY(
    SELECT ctid FROM idempotent_request WHERE key_id = $1
    ORDER BY started_at DESC OFFSET ${MAX_PER_KEY} LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED))`;

/** Shares answers between replicas. Each operation is one statement, which is safe through PgBouncer. */
@Injectable()
export class PostgresIdempotencyStore extends IdempotencyStore {
  constructor(private readonly database: Database) {
    super();
  }

  async claim(request: IdempotentRequest): Promise<Claim> {
    const claimed = await this.database.rows(CLAIM, valuesOf(request));
    if (claimed.length > 0) {
      await this.database.rows(SWEEP, [request.keyId]);
      return { state: 'new' };
    }
    const [known] = await this.database.rows(KNOWN, valuesOf(request));
    // Another request released it meanwhile.
    if (known === undefined) return this.claim(request);
    const [same, answer, ageSeconds] = known;
    if (same !== true) return { state: 'different' };
    return typeof answer === 'string'
      ? { state: 'answered', answer }
      : { state: 'open', ageSeconds: Number(ageSeconds) };
  }

  async answer(request: IdempotentRequest, answer: string): Promise<void> {
    await this.database.rows(ANSWER, [...valuesOf(request), answer]);
  }

  async release(request: IdempotentRequest): Promise<void> {
    await this.database.rows(RELEASE, valuesOf(request));
  }
}

function valuesOf({ keyId, idempotencyKey, fingerprint }: IdempotentRequest): unknown[] {
  return [keyId, idempotencyKey, fingerprint];
}

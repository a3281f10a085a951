import { IdempotencyStore } from '../../src/persistence/index.js';
import type { Claim, IdempotentRequest } from '../../src/persistence/idempotency/idempotency-store.js';

/** Idempotent requests in memory; nothing expires. */
export class MemoryIdempotencyStore extends IdempotencyStore {
  readonly requests = new Map<string, { fingerprint: Buffer; answer: string | undefined }>();
  /** Makes the next answer get lost, as when the process is killed before it is kept. */
  loseAnswers = false;

  override async claim(request: IdempotentRequest): Promise<Claim> {
    const known = this.requests.get(nameOf(request));
    if (known === undefined) {
      this.requests.set(nameOf(request), { fingerprint: request.fingerprint, answer: undefined });
      return { state: 'new' };
    }
    if (!known.fingerprint.equals(request.fingerprint)) return { state: 'different' };
    return known.answer === undefined ? { state: 'open', ageSeconds: 0 } : { state: 'answered', answer: known.answer };
  }

  override async answer(request: IdempotentRequest, answer: string): Promise<void> {
    const known = this.requests.get(nameOf(request));
    if (known !== undefined && !this.loseAnswers) known.answer = answer;
  }

  override async release(request: IdempotentRequest): Promise<void> {
    this.requests.delete(nameOf(request));
  }
}

function nameOf({ keyId, idempotencyKey }: IdempotentRequest): string {
  return `${keyId} ${idempotencyKey}`;
}

/** A request with an Idempotency-Key. */
export interface IdempotentRequest {
  /** Id of the admin key that it came with; names are not shared between keys. */
  readonly keyId: string;
  /** Idempotency-Key of the caller, 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** Hash of method, URL and body. */
  readonly fingerprint: Buffer;
}

/** Known state of a request. */
export type Claim =
  | { readonly state: 'new' }
  | { readonly state: 'different' }
  /** Under way, or its answer was lost. */
  | { readonly state: 'open'; readonly ageSeconds: number }
  | { readonly state: 'answered'; readonly answer: string };

/** Keeps answers of admin writes for a day (port). */
export abstract class IdempotentAnswers {
  /** Atomically marks the request as under way, unless it is known already. */
  abstract claim(request: IdempotentRequest): Promise<Claim>;
  /** Keeps the answer of a claimed request. */
  abstract answer(request: IdempotentRequest, answer: string): Promise<void>;
  /** Forgets a claimed request that has changed nothing. */
  abstract release(request: IdempotentRequest): Promise<void>;
}

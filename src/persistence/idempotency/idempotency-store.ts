/** A request with an idempotency key, which identifies its repetitions. */
export interface IdempotentRequest {
  /** Id of the admin key that sent it; idempotency keys of different admin keys do not clash. */
  readonly keyId: string;
  /** Chosen by the caller, 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** Hash of everything that distinguishes it from another request. */
  readonly fingerprint: Buffer;
}

/** State of an arriving request: new, a different one, under way (or lost), or answered. */
export type Claim =
  | { readonly state: 'new' }
  | { readonly state: 'different' }
  | { readonly state: 'open'; readonly ageSeconds: number }
  | { readonly state: 'answered'; readonly answer: string };

/** Answers of admin writes, repeatable for a day (port). */
export abstract class IdempotencyStore {
  /** Atomically marks the request as under way unless it is known. */
  abstract claim(request: IdempotentRequest): Promise<Claim>;
  /** Stores the answer of a claimed request, which must not hold a secret. */
  abstract answer(request: IdempotentRequest, answer: string): Promise<void>;
  /** Deletes a claimed request that changed nothing. */
  abstract release(request: IdempotentRequest): Promise<void>;
}

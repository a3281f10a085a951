/** A request that says of itself that it is the same one when it comes again. */
export interface IdempotentRequest {
  /** Id of the admin key that it came with; names are not shared between keys. */
  readonly keyId: string;
  /** What the caller named it, 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** Hash of method, URL and body. */
  readonly fingerprint: Buffer;
}

/** What is known of a request that comes. */
export type Claim =
  | { readonly state: 'new' }
  | { readonly state: 'different' }
  /** Under way, or its answer was lost. */
  | { readonly state: 'open'; readonly ageSeconds: number }
  | { readonly state: 'answered'; readonly answer: string };

/** Where answers of admin writes are kept for a day (port); a store below stands behind it. */
export abstract class IdempotentAnswers {
  /** Notes the request as under way when nobody did before, in one step. */
  abstract claim(request: IdempotentRequest): Promise<Claim>;
  /** Keeps the answer of a claimed request. */
  abstract answer(request: IdempotentRequest, answer: string): Promise<void>;
  /** Forgets a claimed request that has changed nothing. */
  abstract release(request: IdempotentRequest): Promise<void>;
}

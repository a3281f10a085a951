/** A request that says of itself that it is the same one when it comes again. */
export interface IdempotentRequest {
  /** Id of the admin key that it came with; nobody shares keys with others. */
  readonly keyId: string;
  /** What the caller named it, 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** Hash of everything that makes it another request. */
  readonly fingerprint: Buffer;
}

/** What is known of a request that comes: it is new, another one, under way (or lost), or answered. */
export type Claim =
  | { readonly state: 'new' }
  | { readonly state: 'different' }
  | { readonly state: 'open'; readonly ageSeconds: number }
  | { readonly state: 'answered'; readonly answer: string };

/** Answers of admin writes that may be asked for again, for a day (port). */
export abstract class IdempotencyStore {
  /** Notes the request as under way when nobody did before, in one step. */
  abstract claim(request: IdempotentRequest): Promise<Claim>;
  /** Keeps the answer of a claimed request. Never a secret. */
  abstract answer(request: IdempotentRequest, answer: string): Promise<void>;
  /** Forgets a claimed request that has changed nothing. */
  abstract release(request: IdempotentRequest): Promise<void>;
}

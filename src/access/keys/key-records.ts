import { type Clock, delay } from '../../kernel/index.js';
import type { AccountStore, KeyWithAccount } from '../../persistence/index.js';
import { KeysUnavailableError } from './keys.errors.js';
import { LruMap } from './lru-map.js';

/** A record is used this long without asking the store again, milliseconds. */
const FRESH_MS = 30_000;
/** An id that the store does not know is not asked for again this long, milliseconds. */
const UNKNOWN_MS = 5_000;
/** While the store is away, keys seen within this time keep working, milliseconds. */
const KEPT_MS = 15 * 60_000;
/** The same where an operator reads the state of the gateway, milliseconds. */
const KEPT_FOR_OPERATORS_MS = 86_400_000;
/** How long a request with a kept record waits for the store, milliseconds. */
const PATIENCE_MS = 1_000;
/** After a failure the store is left alone this long, so that not every request waits for it, milliseconds. */
const PAUSE_MS = 1_000;
/** Records remembered, about 1 kB each; they are real keys, so their number is ours to choose. */
const CAPACITY = 50_000;
/** Unknown ids remembered; anybody can make more of them up. */
const UNKNOWN_CAPACITY = 10_000;

/** How a lookup is treated while the store is away. */
export interface OutageTerms {
  /** The caller is an operator who needs to see the state of the gateway now: an admin key lasts a day. */
  readonly forOperators: boolean;
}

const USUAL_TERMS: OutageTerms = { forOperators: false };

interface Kept {
  readonly record: KeyWithAccount;
  readonly readAtMs: number;
}

/**
 * Keys with their accounts, read through a short-lived cache. The cache carries known keys over an outage of the store;
 * a key that is not in it cannot be judged then, which is a fault of ours (503) and not of the key (401).
 */
export class KeyRecords {
  private readonly kept = new LruMap<string, Kept>(CAPACITY);
  private readonly unknown = new LruMap<string, number>(UNKNOWN_CAPACITY);
  private readonly reading = new Map<string, Promise<KeyWithAccount | undefined>>();
  private pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** What was read before is asked for again. */
  private freshSinceMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: AccountStore,
    private readonly clock: Clock,
  ) {}

  /** The record, undefined when no such key exists. @throws KeysUnavailableError when nobody can tell */
  async find(keyId: string, terms = USUAL_TERMS): Promise<KeyWithAccount | undefined> {
    const now = this.clock.monotonicMs();
    const kept = this.kept.get(keyId);
    if (kept !== undefined && now - kept.readAtMs < FRESH_MS && kept.readAtMs > this.freshSinceMs) return kept.record;
    if (kept === undefined && now < (this.unknown.get(keyId) ?? 0)) return undefined;
    if (now < this.pausedUntilMs) return this.withoutStore(kept, terms);
    try {
      const reading = this.read(keyId);
      return await (kept === undefined ? reading : Promise.race([reading, this.lostPatience()]));
    } catch (error) {
      this.pausedUntilMs = this.clock.monotonicMs() + PAUSE_MS;
      // Read again: this process may have revoked the key meanwhile.
      return this.withoutStore(this.kept.get(keyId), terms, error);
    }
  }

  /** Takes over a record that this process has just written: from now on nothing older is used. */
  replace(record: KeyWithAccount): void {
    const { id } = record.key;
    this.reading.delete(id);
    this.unknown.delete(id);
    this.kept.set(id, { record, readAtMs: this.clock.monotonicMs() });
  }

  /** Somebody has written the key: the next request reads it, and what is being read now does not count. */
  forgetKey(keyId: string): void {
    this.reading.delete(keyId);
    this.unknown.delete(keyId);
    this.kept.delete(keyId);
  }

  /** The same for all keys of an account. */
  forgetAccount(accountId: string): void {
    // Whose keys are being read is not known before they are there.
    this.reading.clear();
    for (const [keyId, { record }] of this.kept.entries()) if (record.account.id === accountId) this.kept.delete(keyId);
  }

  /** Changes may have been missed: everything is read again when it is asked for, and kept for an outage until then. */
  doubtAll(): void {
    this.reading.clear();
    this.unknown.clear();
    this.freshSinceMs = this.clock.monotonicMs();
  }

  /** One read at a time per key, however many requests wait for it. */
  private read(keyId: string): Promise<KeyWithAccount | undefined> {
    const pending = this.reading.get(keyId);
    if (pending !== undefined) return pending;
    const reading: Promise<KeyWithAccount | undefined> = this.store.findKey(keyId).then(
      (record) => this.arrived(keyId, reading, record),
      (error: unknown) => {
        if (this.reading.get(keyId) === reading) this.reading.delete(keyId);
        throw error;
      },
    );
    this.reading.set(keyId, reading);
    return reading;
  }

  private arrived(
    keyId: string,
    reading: Promise<unknown>,
    record: KeyWithAccount | undefined,
  ): KeyWithAccount | undefined | Promise<KeyWithAccount | undefined> {
    // Written meanwhile: what was read may be older than that.
    if (this.reading.get(keyId) !== reading) return this.kept.get(keyId)?.record ?? this.read(keyId);
    this.reading.delete(keyId);
    const now = this.clock.monotonicMs();
    if (record === undefined) {
      this.kept.delete(keyId);
      this.unknown.set(keyId, now + UNKNOWN_MS);
    } else {
      this.kept.set(keyId, { record, readAtMs: now });
    }
    return record;
  }

  private async lostPatience(): Promise<never> {
    await delay(this.clock, PATIENCE_MS);
    throw new KeysUnavailableError();
  }

  private withoutStore(kept: Kept | undefined, { forOperators }: OutageTerms, cause?: unknown): KeyWithAccount {
    const keptMs = forOperators && kept?.record.key.kind === 'adm' ? KEPT_FOR_OPERATORS_MS : KEPT_MS;
    if (kept !== undefined && this.clock.monotonicMs() - kept.readAtMs < keptMs) return kept.record;
    throw new KeysUnavailableError(cause);
  }
}

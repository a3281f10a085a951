import { type Clock, delay } from '../../kernel/index.js';
import type { AccountStore, KeyWithAccount } from '../../persistence/index.js';
import { KeysUnavailableError } from '../credentials/keys.errors.js';
import { LruMap } from './lru-map.js';

/** A record is used for this long without asking the store again, milliseconds. */
const FRESH_MS = 30_000;
/** An unknown id is not looked up again for this long, milliseconds. */
const UNKNOWN_MS = 5_000;
/** During an outage of the store, keys read within this time keep working, milliseconds. */
const KEPT_MS = 15 * 60_000;
/** The same for admin keys on routes that serve during an outage, milliseconds. */
const KEPT_FOR_OPERATORS_MS = 86_400_000;
/** How long a request with a kept record waits for the store, milliseconds. */
const PATIENCE_MS = 1_000;
/** After a failure the store is not asked for this long, so that not every request waits for it, milliseconds. */
const PAUSE_MS = 1_000;
/** Kept records, about 1 kB each. Only real keys are kept, so strangers cannot fill this. */
const CAPACITY = 50_000;
/** Kept unknown ids; bounded, because anyone can invent more. */
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
 * any other key cannot be judged then, which is our fault (503) and not that of the key (401).
 */
export class KeyRecords {
  private readonly kept = new LruMap<string, Kept>(CAPACITY);
  private readonly unknown = new LruMap<string, number>(UNKNOWN_CAPACITY);
  private readonly reading = new Map<string, Promise<KeyWithAccount | undefined>>();
  private pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** Records that were read before this time are read again. */
  private freshSinceMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: AccountStore,
    private readonly clock: Clock,
  ) {}

  /** The record, undefined when no such key exists. @throws KeysUnavailableError when the store cannot answer */
  async find(keyId: string, terms = USUAL_TERMS): Promise<KeyWithAccount | undefined> {
    const now = this.clock.monotonicMs();
    const kept = this.kept.get(keyId);
    if (kept !== undefined && now - kept.readAtMs < FRESH_MS && kept.readAtMs > this.freshSinceMs) return kept.record;
    if (kept === undefined && now < (this.unknown.get(keyId) ?? 0)) return undefined;
    if (now < this.pausedUntilMs) return this.withoutStore(kept, terms);
    try {
      const reading = this.read(keyId);
      return await (kept === undefined ? reading : Promise.race([reading, this.rejectAfterStoreWait()]));
    } catch (error) {
      this.pausedUntilMs = this.clock.monotonicMs() + PAUSE_MS;
      // Read again: this process may have revoked the key meanwhile.
      return this.withoutStore(this.kept.get(keyId), terms, error);
    }
  }

  /** Stores a record that this process has just written; nothing older is used from now on. */
  replace(record: KeyWithAccount): void {
    const { id } = record.key;
    this.reading.delete(id);
    this.unknown.delete(id);
    this.kept.set(id, { record, readAtMs: this.clock.monotonicMs() });
  }

  /** Drops a changed key: the next request reads it anew, and a read in flight is discarded. */
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

  /** Marks every record as outdated, because changes may have been missed; outages may still use them. */
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

  private async rejectAfterStoreWait(): Promise<never> {
    await delay(this.clock, PATIENCE_MS);
    throw new KeysUnavailableError();
  }

  private withoutStore(kept: Kept | undefined, { forOperators }: OutageTerms, cause?: unknown): KeyWithAccount {
    const keptMs = forOperators && kept?.record.key.kind === 'adm' ? KEPT_FOR_OPERATORS_MS : KEPT_MS;
    if (kept !== undefined && this.clock.monotonicMs() - kept.readAtMs < keptMs) return kept.record;
    throw new KeysUnavailableError(cause);
  }
}

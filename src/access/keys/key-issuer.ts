import { type Actor, InvalidParameterError, NotFoundError, PreconditionFailedError } from '../../http/index.js';
import { type Clock, Emitter, type Random } from '../../kernel/index.js';
import type {
  Account,
  AccountStore,
  ApiKeyRecord,
  AuditEntry,
  KeyQuery,
  KeyRotation,
  KeyWithAccount,
  Page,
} from '../../persistence/index.js';
import type { AccountRegistry } from '../accounts/account-registry.js';
import type { KeyAuthority } from '../authority/key-authority.js';
import { formatKey, generateKey, type ParsedKey } from './api-key.js';
import type { KeyHasher } from './key-hasher.js';
import { type KeyOrder, refuseContradictions } from './key-order.js';

/** A key as it is handed over: the only moment at which `text` exists outside its owner's hands. */
export interface IssuedKey extends KeyWithAccount {
  /** The whole key. Secret. */
  readonly text: string;
}

/** How a key is to be rotated. */
export interface RotationOrder {
  /** How long the old key works beside the new one, seconds. */
  readonly overlapSeconds: number;
  /** When the new key ends. @default when the old one would have */
  readonly expiresAt?: Date | undefined;
}

/** What the issuer needs to know and to use. */
export interface KeyIssuerParts {
  readonly store: AccountStore;
  readonly accounts: AccountRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly hasher: KeyHasher;
  /** Decides what an actor may change. */
  readonly authority: KeyAuthority;
}

/** Makes, lists, rotates and revokes keys. Used by the admin routes and by the command line. */
export class KeyIssuer {
  private readonly changed = new Emitter<KeyWithAccount>();

  /** A key was made, rotated or revoked by this process; carries it as it is now. */
  readonly onChange = this.changed.subscribe;

  constructor(private readonly parts: KeyIssuerParts) {}

  /**
   * Makes a key, and its account when none is named.
   * @throws invalid-parameter for an order that contradicts itself; scope-required for scopes that the actor lacks;
   * not-found for an unknown account
   */
  async create(order: KeyOrder, by: Actor): Promise<IssuedKey> {
    const { clock, random, store, authority } = this.parts;
    const scopes = order.kind === 'adm' ? authority.granted(order.scopes, by) : [];
    refuseContradictions(order, clock.nowMs());
    const account = await this.accountFor(order, by);
    const generated = generateKey(order.kind, random);
    const key = this.newRecord(generated, {
      accountId: account.id,
      kind: order.kind,
      name: order.name,
      scopes,
      allowedAddresses: order.allowedAddresses ?? [],
      notBefore: order.notBefore,
      expiresAt: order.expiresAt,
    });
    const detail = { before: null, after: factsOf(key), tier: account.tier };
    await store.createKey(key, this.entry(by, { action: 'key.created', target: `key:${key.id}`, detail }));
    this.changed.emit({ key, account });
    return { key, account, text: formatKey(generated) };
  }

  /** @throws not-found */
  async get(keyId: string): Promise<KeyWithAccount> {
    const found = await this.parts.store.findKey(keyId);
    if (found === undefined) throw new NotFoundError('key', keyId);
    return found;
  }

  /** Newest first. */
  list(query: KeyQuery): Promise<Page<KeyWithAccount>> {
    return this.parts.store.listKeys(query);
  }

  /**
   * Gives a key that takes the place of another: the same account, kind, scopes, addresses. The old one works on for the
   * overlap, never longer than it would have.
   * @throws not-found; scope-required for scopes that the actor lacks; precondition-failed when the key is revoked,
   * expired, or was rotated already; invalid-parameter when the last key with all scopes would end too early
   */
  async rotate(keyId: string, order: RotationOrder, by: Actor): Promise<IssuedKey & { readonly old: KeyWithAccount }> {
    const { store, random } = this.parts;
    let generated: ParsedKey | undefined;
    const rotated = await store.rotateKey(keyId, (current, adminKeys) => {
      generated = generateKey(current.key.kind, random);
      return this.rotation(current, generated, { order, by, adminKeys });
    });
    if (rotated === undefined || generated === undefined) throw new NotFoundError('key', keyId);
    this.changed.emit(rotated.old);
    this.changed.emit(rotated.successor);
    return { ...rotated.successor, old: rotated.old, text: formatKey(generated) };
  }

  /**
   * Revokes immediately and for good; revoking again changes nothing.
   * @throws not-found; scope-required for scopes that the actor lacks; invalid-parameter for the last key with all scopes
   */
  async revoke(keyId: string, reason: string, by: Actor): Promise<KeyWithAccount> {
    const { authority, clock, store } = this.parts;
    const revoked = await store.revokeKey(keyId, (current, adminKeys) => {
      authority.assertMayTouchKey(current.key, by);
      if (current.key.revokedAt !== undefined) return undefined;
      authority.assertMayRevoke(current, adminKeys, by);
      const at = new Date(clock.nowMs());
      const detail = { reason, before: { revoked_at: null }, after: { revoked_at: at.toISOString() } };
      return { at, reason, audit: this.entry(by, { action: 'key.revoked', target: `key:${keyId}`, detail }) };
    });
    if (revoked === undefined) throw new NotFoundError('key', keyId);
    this.changed.emit(revoked);
    return revoked;
  }

  private rotation(
    current: KeyWithAccount,
    generated: ParsedKey,
    { order, by, adminKeys }: { order: RotationOrder; by: Actor; adminKeys: readonly KeyWithAccount[] },
  ): KeyRotation {
    const { clock, authority } = this.parts;
    const nowMs = clock.nowMs();
    const { key: old } = current;
    authority.assertMayTouchKey(old, by);
    refuseUnfit(old, nowMs);
    const expiresAt = order.expiresAt ?? old.expiresAt;
    if (expiresAt !== undefined && expiresAt.getTime() <= Math.max(nowMs, old.notBefore?.getTime() ?? 0)) {
      throw InvalidParameterError.of('expires_at', 'must be in the future, and after the key becomes valid');
    }
    const { accountId, kind, name, scopes, allowedAddresses, notBefore } = old;
    const kept = { accountId, kind, name, scopes, allowedAddresses, notBefore };
    const successor = this.newRecord(generated, { ...kept, expiresAt });
    authority.assertMayRotate(current, successor, { adminKeys, by });
    const overlapEndsMs = nowMs + order.overlapSeconds * 1000;
    const oldExpiresAt = new Date(Math.min(overlapEndsMs, old.expiresAt?.getTime() ?? overlapEndsMs));
    const after = { ...factsOf(old), expires_at: oldExpiresAt.toISOString(), replaced_by: successor.id };
    const rotated = { before: factsOf(old), after };
    const made = { before: null, after: factsOf(successor), rotated_from: old.id };
    return {
      successor,
      oldExpiresAt,
      audit: [
        this.entry(by, { action: 'key.rotated', target: `key:${old.id}`, detail: rotated }),
        this.entry(by, { action: 'key.created', target: `key:${successor.id}`, detail: made }),
      ],
    };
  }

  private async accountFor(order: KeyOrder, by: Actor): Promise<Account> {
    const { accounts } = this.parts;
    if (order.accountId !== undefined) return accounts.get(order.accountId);
    return accounts.create({ name: order.accountName ?? order.name, tier: order.tier }, by);
  }

  private newRecord(
    { id, secret }: ParsedKey,
    chosen: Pick<
      ApiKeyRecord,
      'accountId' | 'kind' | 'name' | 'scopes' | 'allowedAddresses' | 'notBefore' | 'expiresAt'
    >,
  ): ApiKeyRecord {
    return {
      id,
      ...chosen,
      ...this.parts.hasher.hash(secret),
      last4: secret.slice(-4),
      createdAt: new Date(this.parts.clock.nowMs()),
      revokedAt: undefined,
      revokedReason: undefined,
      replacedBy: undefined,
      lastUsedAt: undefined,
    };
  }

  private entry(by: Actor, what: Pick<AuditEntry, 'action' | 'target' | 'detail'>): AuditEntry {
    return { at: new Date(this.parts.clock.nowMs()), actor: by.actor, requestId: by.requestId, ...what };
  }
}

/** @throws precondition-failed for a key that no other can take the place of */
function refuseUnfit({ id, revokedAt, replacedBy, expiresAt }: ApiKeyRecord, nowMs: number): void {
  if (revokedAt !== undefined) throw unfit(id, 'was revoked');
  if (replacedBy !== undefined) throw unfit(id, `was rotated to ${replacedBy} already`);
  if (expiresAt !== undefined && expiresAt.getTime() <= nowMs) throw unfit(id, 'has expired');
}

function unfit(id: string, why: string): PreconditionFailedError {
  return new PreconditionFailedError(`key ${id} ${why}; make a new key instead`, { kind: 'key', id });
}

/** For the audit trail: nothing that helps to guess the secret. */
function factsOf(key: ApiKeyRecord): Record<string, unknown> {
  return {
    kind: key.kind,
    name: key.name,
    account: key.accountId,
    scopes: key.scopes,
    allowed_addresses: key.allowedAddresses,
    not_before: key.notBefore?.toISOString() ?? null,
    expires_at: key.expiresAt?.toISOString() ?? null,
  };
}

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
import { formatKey, generateKey, type ParsedKey } from '../credentials/api-key.js';
import type { KeyHasher } from '../credentials/key-hasher.js';
import { type NewKey, refuseContradictions } from '../credentials/new-key.js';

/** A new key with its text, which is shown once and never stored. */
export interface IssuedKey extends KeyWithAccount {
  /** The whole key. Secret. */
  readonly text: string;
}

export interface RotationOptions {
  /** How long the old key works in addition to the new one, seconds. */
  readonly overlapSeconds: number;
  /** When the new key ends. @default when the old one would have */
  readonly expiresAt?: Date | undefined;
}

export interface KeyIssuerDeps {
  readonly store: AccountStore;
  readonly accounts: AccountRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly hasher: KeyHasher;
  /** Decides what an actor may change. */
  readonly authority: KeyAuthority;
}

/** Creates, lists, rotates and revokes keys. Used by the admin routes and by the command line. */
export class KeyIssuer {
  private readonly changed = new Emitter<KeyWithAccount>();

  /** Emits a key after this process has created, rotated or revoked it. */
  readonly onChange = this.changed.subscribe;

  constructor(private readonly deps: KeyIssuerDeps) {}

  /**
   * Creates a key, and its account when none is named.
   * @throws invalid-parameter for contradicting members; scope-required for scopes that the actor lacks;
   * not-found for an unknown account
   */
  async create(newKey: NewKey, by: Actor): Promise<IssuedKey> {
    const { clock, random, store, authority } = this.deps;
    const scopes = newKey.kind === 'adm' ? authority.granted(newKey.scopes, by) : [];
    refuseContradictions(newKey, clock.nowMs());
    const account = await this.accountFor(newKey, by);
    const generated = generateKey(newKey.kind, random);
    const key = this.newRecord(generated, {
      accountId: account.id,
      kind: newKey.kind,
      name: newKey.name,
      scopes,
      allowedAddresses: newKey.allowedAddresses ?? [],
      notBefore: newKey.notBefore,
      expiresAt: newKey.expiresAt,
    });
    const detail = { before: null, after: factsOf(key), tier: account.tier };
    await store.createKey(key, this.entry(by, { action: 'key.created', target: `key:${key.id}`, detail }));
    this.changed.emit({ key, account });
    return { key, account, text: formatKey(generated) };
  }

  /** @throws not-found */
  async get(keyId: string): Promise<KeyWithAccount> {
    const found = await this.deps.store.findKey(keyId);
    if (found === undefined) throw new NotFoundError('key', keyId);
    return found;
  }

  /** Newest first. */
  list(query: KeyQuery): Promise<Page<KeyWithAccount>> {
    return this.deps.store.listKeys(query);
  }

  /**
   * Creates a successor with the same account, kind, scopes and addresses. The old key keeps working for the overlap,
   * never longer than it would have.
   * @throws not-found; scope-required for scopes that the actor lacks; precondition-failed when the key is revoked,
   * expired, or was rotated already; invalid-parameter when the last key with all scopes would end too early
   */
  async rotate(
    keyId: string,
    options: RotationOptions,
    by: Actor,
  ): Promise<IssuedKey & { readonly old: KeyWithAccount }> {
    const { store, random } = this.deps;
    let generated: ParsedKey | undefined;
    const rotated = await store.rotateKey(keyId, (current, adminKeys) => {
      generated = generateKey(current.key.kind, random);
      return this.rotation(current, generated, { options, by, adminKeys });
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
    const { authority, clock, store } = this.deps;
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
    { options, by, adminKeys }: { options: RotationOptions; by: Actor; adminKeys: readonly KeyWithAccount[] },
  ): KeyRotation {
    const { clock, authority } = this.deps;
    const nowMs = clock.nowMs();
    const { key: old } = current;
    authority.assertMayTouchKey(old, by);
    refuseUnfit(old, nowMs);
    const expiresAt = options.expiresAt ?? old.expiresAt;
    if (expiresAt !== undefined && expiresAt.getTime() <= Math.max(nowMs, old.notBefore?.getTime() ?? 0)) {
      throw InvalidParameterError.of('expires_at', 'must be in the future, and after the key becomes valid');
    }
    const { accountId, kind, name, scopes, allowedAddresses, notBefore } = old;
    const kept = { accountId, kind, name, scopes, allowedAddresses, notBefore };
    const successor = this.newRecord(generated, { ...kept, expiresAt });
    authority.assertMayRotate(current, successor, { adminKeys, by });
    const overlapEndsMs = nowMs + options.overlapSeconds * 1000;
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

  private async accountFor(newKey: NewKey, by: Actor): Promise<Account> {
    const { accounts } = this.deps;
    if (newKey.accountId !== undefined) return accounts.get(newKey.accountId);
    return accounts.create({ name: newKey.accountName ?? newKey.name, tier: newKey.tier }, by);
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
      ...this.deps.hasher.hash(secret),
      last4: secret.slice(-4),
      createdAt: new Date(this.deps.clock.nowMs()),
      revokedAt: undefined,
      revokedReason: undefined,
      replacedBy: undefined,
      lastUsedAt: undefined,
    };
  }

  private entry(by: Actor, what: Pick<AuditEntry, 'action' | 'target' | 'detail'>): AuditEntry {
    return { at: new Date(this.deps.clock.nowMs()), actor: by.actor, requestId: by.requestId, ...what };
  }
}

/** @throws precondition-failed for a key that cannot be rotated */
function refuseUnfit({ id, revokedAt, replacedBy, expiresAt }: ApiKeyRecord, nowMs: number): void {
  if (revokedAt !== undefined) throw unfit(id, 'was revoked');
  if (replacedBy !== undefined) throw unfit(id, `was rotated to ${replacedBy} already`);
  if (expiresAt !== undefined && expiresAt.getTime() <= nowMs) throw unfit(id, 'has expired');
}

function unfit(id: string, why: string): PreconditionFailedError {
  return new PreconditionFailedError(`key ${id} ${why}; create a new key instead`, { kind: 'key', id });
}

/** Facts for the audit trail, without anything that helps to guess the secret. */
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

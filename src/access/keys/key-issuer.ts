import { InvalidParameterError, NotFoundError } from '../../http/index.js';
import { type Clock, Emitter, type Random } from '../../kernel/index.js';
import type {
  Account,
  AccountStore,
  ApiKeyRecord,
  AuditEntry,
  KeyKind,
  KeyWithAccount,
  Page,
} from '../../persistence/index.js';
import { newAccountId } from './account-id.js';
import { formatKey, generateKey, hashSecret } from './api-key.js';

/** Who asks for a change, for the audit trail. */
export interface Actor {
  /** `key:<id>` or `cli`. */
  readonly actor: string;
  readonly requestId: string | undefined;
}

/** The key that is wanted. */
export interface KeyOrder {
  readonly kind: KeyKind;
  /** What it is for, so that people recognise it. */
  readonly name: string;
  /** An existing account; without it a new one is made. */
  readonly accountId?: string | undefined;
  /** Name of the new account. @default the key's name */
  readonly accountName?: string | undefined;
  /** Tier of the new account. @default the lowest tier */
  readonly tier?: string | undefined;
  /** Admin areas; only for `adm` keys. @default ['*'] */
  readonly scopes?: readonly string[] | undefined;
  readonly notBefore?: Date | undefined;
  readonly expiresAt?: Date | undefined;
}

/** A key as it is handed over: the only moment at which `text` exists outside its owner's hands. */
export interface IssuedKey extends KeyWithAccount {
  /** The whole key. Secret. */
  readonly text: string;
}

/** What the issuer needs to know and to use. */
export interface KeyIssuerParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Secret that is mixed into stored hashes. */
  readonly pepper: string;
  /** Names of the configured tiers, lowest first. */
  readonly tiers: readonly string[];
}

/** Makes, lists and revokes keys. Used by the admin routes and by the command line. */
export class KeyIssuer {
  private readonly changed = new Emitter<KeyWithAccount>();

  /** A key was made or revoked by this process; carries it as it is now. */
  readonly onChange = this.changed.subscribe;

  constructor(private readonly parts: KeyIssuerParts) {}

  /**
   * Makes a key, and its account when none is named.
   * @throws invalid-parameter for an order that contradicts itself; not-found for an unknown account
   */
  async create(order: KeyOrder, by: Actor): Promise<IssuedKey> {
    const { clock, random, pepper, store } = this.parts;
    this.refuseContradictions(order);
    const account = await this.accountFor(order, by);
    const generated = generateKey(order.kind, random);
    const key: ApiKeyRecord = {
      id: generated.id,
      accountId: account.id,
      kind: order.kind,
      name: order.name,
      secretHash: hashSecret(generated.secret, pepper),
      last4: generated.secret.slice(-4),
      scopes: order.kind === 'adm' ? (order.scopes ?? ['*']) : [],
      createdAt: new Date(clock.nowMs()),
      notBefore: order.notBefore,
      expiresAt: order.expiresAt,
      revokedAt: undefined,
      revokedReason: undefined,
    };
    const detail = { kind: key.kind, name: key.name, account: account.id, tier: account.tier, scopes: key.scopes };
    await store.createKey(key, this.entry(by, { action: 'key.created', target: `key:${key.id}`, detail }));
    this.changed.emit({ key, account });
    return { key, account, text: formatKey(generated) };
  }

  /** Newest first. */
  list(query: { limit: number; cursor?: string; accountId?: string }): Promise<Page<KeyWithAccount>> {
    return this.parts.store.listKeys(query);
  }

  /** Revokes at once and for ever; revoking again changes nothing. @throws not-found */
  async revoke(keyId: string, reason: string, by: Actor): Promise<KeyWithAccount> {
    const at = new Date(this.parts.clock.nowMs());
    const entry = this.entry(by, { action: 'key.revoked', target: `key:${keyId}`, detail: { reason } });
    const revoked = await this.parts.store.revokeKey(keyId, { at, reason }, entry);
    if (revoked === undefined) throw new NotFoundError('key', keyId);
    this.changed.emit(revoked);
    return revoked;
  }

  private async accountFor(order: KeyOrder, by: Actor): Promise<Account> {
    const { store, clock, random, tiers } = this.parts;
    if (order.accountId !== undefined) {
      const account = await store.findAccount(order.accountId);
      if (account === undefined) throw new NotFoundError('account', order.accountId);
      return account;
    }
    const now = clock.nowMs();
    const account: Account = {
      id: newAccountId(now, random),
      name: order.accountName ?? order.name,
      tier: order.tier ?? tiers[0] ?? '',
      state: 'active',
      createdAt: new Date(now),
    };
    const detail = { name: account.name, tier: account.tier };
    const entry = this.entry(by, { action: 'account.created', target: `account:${account.id}`, detail });
    await store.createAccount(account, entry);
    return account;
  }

  private refuseContradictions(order: KeyOrder): void {
    const { tiers, clock } = this.parts;
    const { accountId, tier, kind, scopes, notBefore, expiresAt } = order;
    if (accountId !== undefined && (tier !== undefined || order.accountName !== undefined)) {
      throw InvalidParameterError.of('account_id', 'excludes tier and account_name: the account has both already');
    }
    if (tier !== undefined && !tiers.includes(tier)) {
      throw InvalidParameterError.of('tier', `must be one of ${tiers.join(', ')}`);
    }
    if (kind === 'live' && scopes !== undefined && scopes.length > 0) {
      throw InvalidParameterError.of('scopes', 'are for keys of kind adm only');
    }
    const earliest = Math.max(clock.nowMs(), notBefore?.getTime() ?? 0);
    if (expiresAt !== undefined && expiresAt.getTime() <= earliest) {
      throw InvalidParameterError.of('expires_at', 'must be in the future and after not_before');
    }
  }

  private entry(by: Actor, what: Pick<AuditEntry, 'action' | 'target' | 'detail'>): AuditEntry {
    return { at: new Date(this.parts.clock.nowMs()), actor: by.actor, requestId: by.requestId, ...what };
  }
}

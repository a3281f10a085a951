import { type Actor, assertVersion, InvalidParameterError, NotFoundError } from '../../http/index.js';
import { type Clock, Emitter, type Random } from '../../kernel/index.js';
import {
  type Account,
  type AccountQuery,
  type AccountStore,
  type AuditEntry,
  DuplicateInStoreError,
  type KeyWithAccount,
  type Page,
} from '../../persistence/index.js';
import type { KeyAuthority } from '../authority/key-authority.js';
import { newAccountId } from './account-id.js';
import { SelfLockoutError } from './accounts.errors.js';

/** The account that is wanted. */
export interface AccountOrder {
  readonly name: string;
  /** @default the lowest tier */
  readonly tier?: string | undefined;
  /** The operator's own id of it. */
  readonly externalId?: string | undefined;
}

/** What is to be different; undefined = as it is. */
export interface AccountWish {
  readonly name?: string | undefined;
  readonly tier?: string | undefined;
  readonly state?: Account['state'] | undefined;
  /** Null takes it away. */
  readonly externalId?: string | null | undefined;
  /** Why, for a change of the state. */
  readonly reason?: string | undefined;
}

/** What the registry needs to know and to use. */
export interface AccountRegistryParts {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Names of the tiers there are now, lowest first. */
  readonly tierNames: () => readonly string[];
  /** Decides what an actor may change. */
  readonly authority: KeyAuthority;
}

/** Makes, lists and changes accounts. Used by the admin routes and by the command line. */
export class AccountRegistry {
  private readonly changed = new Emitter<Account>();

  /** An account was changed by this process; carries it as it is now. */
  readonly onChange = this.changed.subscribe;

  constructor(private readonly parts: AccountRegistryParts) {}

  /** @throws invalid-parameter for an unknown tier or an external id that another account has */
  async create({ name, tier, externalId }: AccountOrder, by: Actor): Promise<Account> {
    const { store, clock, random, tierNames } = this.parts;
    this.refuseUnknownTier(tier);
    const now = clock.nowMs();
    const account: Account = {
      id: newAccountId(now, random),
      externalId,
      name,
      tier: tier ?? tierNames()[0] ?? '',
      state: 'active',
      stateReason: undefined,
      version: 1,
      createdAt: new Date(now),
    };
    const entry = this.entry(by, 'account.created', { id: account.id, before: null, after: factsOf(account) });
    await refusingDuplicates(() => store.createAccount(account, entry));
    return account;
  }

  /** @throws not-found */
  async get(accountId: string): Promise<Account> {
    const account = await this.parts.store.findAccount(accountId);
    if (account === undefined) throw new NotFoundError('account', accountId);
    return account;
  }

  /** Newest first. */
  list(query: AccountQuery): Promise<Page<Account>> {
    return this.parts.store.listAccounts(query);
  }

  /**
   * Changes what the wish names; a wish that changes nothing leaves no trace.
   *
   * @param expectedVersion the version that the caller knows; undefined = any
   * @throws not-found, scope-required when a key of the account has a scope that the actor lacks, precondition-failed
   * for another version, invalid-parameter for an unknown tier, an external id that another account has, or a change
   * that would lock the caller or all operators out
   */
  async change(accountId: string, wish: AccountWish, by: Actor, expectedVersion?: number): Promise<Account> {
    this.refuseUnknownTier(wish.tier);
    const plan = (current: Account, adminKeys: readonly KeyWithAccount[]) => {
      this.parts.authority.assertMayTouchAccount(current, adminKeys, by);
      assertVersion(expectedVersion, { kind: 'account', id: current.id, version: current.version });
      const account = applied(current, wish);
      if (same(current, account)) return undefined;
      if (account.state === 'suspended') this.refuseLockout(current, adminKeys, by);
      const change = { id: account.id, before: factsOf(current), after: factsOf(account) };
      return { account, audit: this.entry(by, actionOf(current, account), change) };
    };
    const account = await refusingDuplicates(() => this.parts.store.changeAccount(accountId, plan));
    if (account === undefined) throw new NotFoundError('account', accountId);
    this.changed.emit(account);
    return account;
  }

  private refuseLockout(account: Account, adminKeys: readonly KeyWithAccount[], by: Actor): void {
    if (account.id === by.accountId) throw new SelfLockoutError(account.id);
    this.parts.authority.assertMaySuspend(account, adminKeys, by);
  }

  private refuseUnknownTier(tier: string | undefined): void {
    const names = this.parts.tierNames();
    if (tier !== undefined && !names.includes(tier)) {
      throw InvalidParameterError.of('tier', `must be one of ${names.join(', ')}`);
    }
  }

  private entry(
    by: Actor,
    action: string,
    { id, before, after }: { id: string; before: object | null; after: object },
  ): AuditEntry {
    const at = new Date(this.parts.clock.nowMs());
    const { actor, requestId } = by;
    return { at, actor, requestId, action, target: `account:${id}`, detail: { before, after } };
  }
}

function applied(current: Account, wish: AccountWish): Account {
  const changesState = wish.state !== undefined && wish.state !== current.state;
  return {
    ...current,
    name: wish.name ?? current.name,
    tier: wish.tier ?? current.tier,
    externalId: wish.externalId === undefined ? current.externalId : (wish.externalId ?? undefined),
    state: wish.state ?? current.state,
    stateReason: changesState ? wish.reason : current.stateReason,
    version: current.version + 1,
  };
}

function same(a: Account, b: Account): boolean {
  return a.name === b.name && a.tier === b.tier && a.externalId === b.externalId && a.state === b.state;
}

function actionOf(before: Account, after: Account): string {
  if (before.state === after.state) return 'account.changed';
  return after.state === 'suspended' ? 'account.suspended' : 'account.resumed';
}

function factsOf({ name, tier, externalId, state, stateReason, version }: Account): Record<string, unknown> {
  return { name, tier, external_id: externalId ?? null, state, reason: stateReason ?? null, version };
}

/** An external id is a parameter of the caller; that two new accounts get one id is no matter of the caller's. */
async function refusingDuplicates<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof DuplicateInStoreError && error.kind === 'external id') {
      throw InvalidParameterError.of('external_id', 'belongs to another account');
    }
    throw error;
  }
}

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

export interface NewAccount {
  readonly name: string;
  /** @default the lowest tier */
  readonly tier?: string | undefined;
  /** The operator's own id of the account. */
  readonly externalId?: string | undefined;
}

/** Members to change; undefined members stay. */
export interface AccountPatch {
  readonly name?: string | undefined;
  readonly tier?: string | undefined;
  readonly state?: Account['state'] | undefined;
  /** Null removes it. */
  readonly externalId?: string | null | undefined;
  /** Why, for a change of the state. */
  readonly reason?: string | undefined;
}

export interface AccountRegistryDeps {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Names of the current tiers, lowest first. */
  readonly tierNames: () => readonly string[];
  /** Decides what an actor may change. */
  readonly authority: KeyAuthority;
}

/** Creates, lists and changes accounts. Used by the admin routes and by the command line. */
export class AccountRegistry {
  private readonly changed = new Emitter<Account>();

  /** Emits an account after this process has changed it. */
  readonly onChange = this.changed.subscribe;

  constructor(private readonly deps: AccountRegistryDeps) {}

  /** @throws invalid-parameter for an unknown tier or an external id that another account has */
  async create({ name, tier, externalId }: NewAccount, by: Actor): Promise<Account> {
    const { store, clock, random, tierNames } = this.deps;
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
    const account = await this.deps.store.findAccount(accountId);
    if (account === undefined) throw new NotFoundError('account', accountId);
    return account;
  }

  /** Newest first. */
  list(query: AccountQuery): Promise<Page<Account>> {
    return this.deps.store.listAccounts(query);
  }

  /**
   * Changes the members of the patch. A patch that changes nothing is not audited.
   *
   * @param expectedVersion the version that the caller knows; undefined = any
   * @throws not-found, scope-required when a key of the account has a scope that the actor lacks, precondition-failed
   * for another version, invalid-parameter for an unknown tier, an external id that another account has, or a change
   * that would lock the caller or all operators out
   */
  async change(accountId: string, patch: AccountPatch, by: Actor, expectedVersion?: number): Promise<Account> {
    this.refuseUnknownTier(patch.tier);
    const plan = (current: Account, adminKeys: readonly KeyWithAccount[]) => {
      this.deps.authority.assertMayTouchAccount(current, adminKeys, by);
      assertVersion(expectedVersion, { kind: 'account', id: current.id, version: current.version });
      const account = applied(current, patch);
      if (same(current, account)) return undefined;
      if (account.state === 'suspended') this.refuseLockout(current, adminKeys, by);
      const change = { id: account.id, before: factsOf(current), after: factsOf(account) };
      return { account, audit: this.entry(by, actionOf(current, account), change) };
    };
    const account = await refusingDuplicates(() => this.deps.store.changeAccount(accountId, plan));
    if (account === undefined) throw new NotFoundError('account', accountId);
    this.changed.emit(account);
    return account;
  }

  private refuseLockout(account: Account, adminKeys: readonly KeyWithAccount[], by: Actor): void {
    if (account.id === by.accountId) throw new SelfLockoutError(account.id);
    this.deps.authority.assertMaySuspend(account, adminKeys, by);
  }

  private refuseUnknownTier(tier: string | undefined): void {
    const names = this.deps.tierNames();
    if (tier !== undefined && !names.includes(tier)) {
      throw InvalidParameterError.of('tier', `must be one of ${names.join(', ')}`);
    }
  }

  private entry(
    by: Actor,
    action: string,
    { id, before, after }: { id: string; before: object | null; after: object },
  ): AuditEntry {
    const at = new Date(this.deps.clock.nowMs());
    const { actor, requestId } = by;
    return { at, actor, requestId, action, target: `account:${id}`, detail: { before, after } };
  }
}

function applied(current: Account, patch: AccountPatch): Account {
  const changesState = patch.state !== undefined && patch.state !== current.state;
  return {
    ...current,
    name: patch.name ?? current.name,
    tier: patch.tier ?? current.tier,
    externalId: patch.externalId === undefined ? current.externalId : (patch.externalId ?? undefined),
    state: patch.state ?? current.state,
    stateReason: changesState ? patch.reason : current.stateReason,
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

/** Only an external-id clash is the caller's fault; an account-id clash is ours (500). */
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

import type { Clock } from '../../kernel/index.js';
import type { Account, ApiKeyRecord, KeyWithAccount } from '../../persistence/index.js';
import { ScopeRequiredError } from '../access.errors.js';
import type { Actor } from '../../http/index.js';
import { LastFullKeyError, mightierError } from './authority.errors.js';
import { keepsAllOpen, mayWork, opensAll } from './full-keys.js';
import { ALL_SCOPES, lackingScope } from './scopes.js';

/** Whether a key can still be checked: a key whose pepper was removed no longer works. */
export interface PepperCheck {
  knows(key: ApiKeyRecord): boolean;
}

/**
 * The one rule for all writes on keys and accounts: no caller touches what has more scopes than its own key, and no
 * route ends the last key with the scope `*`. The command line (an actor without scopes) may do everything. Decides on
 * the rows that the writing transaction has read.
 */
export class KeyAuthority {
  constructor(
    private readonly clock: Clock,
    private readonly hasher: PepperCheck,
  ) {}

  /** The scopes of a new admin key: those asked for, else those of its creator. @throws scope-required */
  granted(wanted: readonly string[] | undefined, by: Actor): readonly string[] {
    if (by.scopes === undefined) return wanted ?? [ALL_SCOPES];
    if (wanted === undefined || wanted.length === 0) return by.scopes;
    const lacking = lackingScope(wanted, by.scopes);
    if (lacking === undefined) return wanted;
    throw new ScopeRequiredError(`your own key lacks the scope ${lacking}, so you cannot grant it`, lacking);
  }

  /** @throws scope-required when the caller lacks a scope of the key */
  assertMayTouchKey({ id, scopes }: ApiKeyRecord, by: Actor): void {
    const lacking = by.scopes && lackingScope(scopes, by.scopes);
    if (lacking !== undefined) throw mightierError('key', id, lacking);
  }

  /**
   * @param adminKeys of all accounts, none of them revoked
   * @throws scope-required when the caller lacks a scope of a key of the account that may still work
   */
  assertMayTouchAccount({ id }: Account, adminKeys: readonly KeyWithAccount[], by: Actor): void {
    const nowMs = this.clock.nowMs();
    const scopes = adminKeys
      .filter((record) => record.account.id === id && mayWork(record, nowMs))
      .flatMap(({ key }) => key.scopes);
    const lacking = by.scopes && lackingScope(scopes, by.scopes);
    if (lacking !== undefined) throw mightierError('account', id, lacking);
  }

  /** @throws invalid-parameter when the key is the last one with all scopes */
  assertMayRevoke(record: KeyWithAccount, adminKeys: readonly KeyWithAccount[], by: Actor): void {
    if (by.scopes === undefined || !opensAll(record, this.clock.nowMs())) return;
    if (this.isOpenWithout(adminKeys, ({ key }) => key.id === record.key.id)) return;
    throw new LastFullKeyError({
      parameter: 'id',
      message: `must not be ${record.key.id}: no other key with all scopes works for more than a day`,
    });
  }

  /** @throws invalid-parameter when the key is the last one with all scopes and its successor ends too early */
  assertMayRotate(
    record: KeyWithAccount,
    successor: ApiKeyRecord,
    { adminKeys, by }: { readonly adminKeys: readonly KeyWithAccount[]; readonly by: Actor },
  ): void {
    const nowMs = this.clock.nowMs();
    if (by.scopes === undefined || !opensAll(record, nowMs)) return;
    if (keepsAllOpen({ key: successor, account: record.account }, nowMs)) return;
    if (endOf(successor) >= endOf(record.key)) return;
    if (this.isOpenWithout(adminKeys, ({ key }) => key.id === record.key.id)) return;
    throw new LastFullKeyError({
      parameter: 'expires_at',
      message: `must be more than a day away: no key with all scopes but ${record.key.id} works for longer`,
    });
  }

  /** @throws invalid-parameter when the account owns the last key with all scopes */
  assertMaySuspend({ id }: Account, adminKeys: readonly KeyWithAccount[], by: Actor): void {
    const nowMs = this.clock.nowMs();
    const owned = adminKeys.filter((record) => record.account.id === id);
    if (by.scopes === undefined || !owned.some((record) => opensAll(record, nowMs))) return;
    if (this.isOpenWithout(adminKeys, ({ account }) => account.id === id)) return;
    throw new LastFullKeyError({
      parameter: 'state',
      message: `must not be suspended: no key with all scopes of an account other than ${id} works for more than a day`,
    });
  }

  /** Whether a reliable full key remains without these keys. */
  private isOpenWithout(adminKeys: readonly KeyWithAccount[], isEnded: (record: KeyWithAccount) => boolean): boolean {
    const nowMs = this.clock.nowMs();
    return adminKeys.some((record) => !isEnded(record) && keepsAllOpen(record, nowMs) && this.hasher.knows(record.key));
  }
}

function endOf({ expiresAt }: ApiKeyRecord): number {
  return expiresAt?.getTime() ?? Infinity;
}

import { InvalidParameterError } from '../../http/index.js';
import type { KeyKind } from '../../persistence/index.js';

export interface NewKey {
  readonly kind: KeyKind;
  /** Purpose of the key, for people. */
  readonly name: string;
  /** An existing account; without it a new one is created. */
  readonly accountId?: string | undefined;
  /** Name of the new account. @default the key's name */
  readonly accountName?: string | undefined;
  /** Tier of the new account. @default the lowest tier */
  readonly tier?: string | undefined;
  /** Admin areas; only for `adm` keys. @default ['*'] */
  readonly scopes?: readonly string[] | undefined;
  /** Addresses and networks that it may be used from. @default any */
  readonly allowedAddresses?: readonly string[] | undefined;
  readonly notBefore?: Date | undefined;
  readonly expiresAt?: Date | undefined;
}

/** @throws invalid-parameter for contradicting members */
export function refuseContradictions(newKey: NewKey, nowMs: number): void {
  const { accountId, tier, kind, scopes, notBefore, expiresAt } = newKey;
  if (accountId !== undefined && (tier !== undefined || newKey.accountName !== undefined)) {
    throw InvalidParameterError.of('account_id', 'excludes tier and account_name: the account has both already');
  }
  if (kind !== 'adm' && scopes !== undefined && scopes.length > 0) {
    throw InvalidParameterError.of('scopes', 'are for keys of kind adm only');
  }
  const earliest = Math.max(nowMs, notBefore?.getTime() ?? 0);
  if (expiresAt !== undefined && expiresAt.getTime() <= earliest) {
    throw InvalidParameterError.of('expires_at', 'must be in the future and after not_before');
  }
}

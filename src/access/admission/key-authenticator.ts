import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/index.js';
import type { ApiKeyRecord, KeyWithAccount } from '../../persistence/index.js';
import { KeyRefusedError, type KeyRefusal } from '../credentials/keys.errors.js';
import { holdsAddress } from '../credentials/address-list.js';
import { parseKey } from '../credentials/api-key.js';
import { KeyHasher } from '../credentials/key-hasher.js';
import { KeyRecords, type OutageTerms } from './key-records.js';

/** The record of a presented key and why it is refused. */
export interface Examination {
  /** Set only when the secret is correct. */
  readonly record: KeyWithAccount | undefined;
  /** Code of the refusal; undefined when the key is usable. */
  readonly refusal: KeyRefusal | undefined;
}

/** Decides whether a presented key is genuine and usable now. */
@Injectable()
export class KeyAuthenticator {
  constructor(
    private readonly records: KeyRecords,
    private readonly hasher: KeyHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * The key's record and account. `presented` is everything that the request carries as a key, `address` where it comes
   * from; without one, the key's list of addresses does not count.
   * @throws KeyRefusedError with the code of the refusal; KeysUnavailableError while the store cannot answer
   */
  async authenticate(presented: readonly string[], address?: string, terms?: OutageTerms): Promise<KeyWithAccount> {
    const [text, ...others] = new Set(presented);
    if (text === undefined) throw new KeyRefusedError('key-missing');
    if (others.length > 0) throw new KeyRefusedError('key-invalid');
    const { record, refusal } = await this.examine(text, address, terms);
    if (refusal !== undefined || record === undefined)
      throw new KeyRefusedError(refusal ?? 'key-invalid', record?.key.id);
    return record;
  }

  /** Reports a refusal instead of throwing it. @throws KeysUnavailableError while the store cannot answer */
  async examine(text: string, address?: string, terms?: OutageTerms): Promise<Examination> {
    const parsed = parseKey(text);
    if (parsed === undefined) return { record: undefined, refusal: 'key-invalid' };
    const record = await this.records.find(parsed.id, terms);
    const genuine = this.hasher.matches(parsed.secret, record?.key);
    if (!genuine || record?.key.kind !== parsed.kind) return { record: undefined, refusal: 'key-invalid' };
    return { record, refusal: this.refusalOf(record, address) };
  }

  private refusalOf({ key, account }: KeyWithAccount, address: string | undefined): KeyRefusal | undefined {
    const unusable = unusableAt(key, this.clock.nowMs());
    if (unusable !== undefined) return unusable;
    if (account.state === 'suspended') return 'account-suspended';
    return address === undefined || holdsAddress(key.allowedAddresses, address) ? undefined : 'address-not-allowed';
  }
}

function unusableAt({ revokedAt, notBefore, expiresAt }: ApiKeyRecord, nowMs: number): KeyRefusal | undefined {
  if (revokedAt !== undefined) return 'key-revoked';
  if (notBefore !== undefined && nowMs < notBefore.getTime()) return 'key-not-yet-valid';
  return expiresAt !== undefined && nowMs >= expiresAt.getTime() ? 'key-expired' : undefined;
}

import type { Clock } from '../../kernel/index.js';
import type { ApiKeyRecord, KeyWithAccount } from '../../persistence/index.js';
import { KeyRefusedError } from '../access.errors.js';
import { hashSecret, parseKey, sameHash } from './api-key.js';
import type { KeyRecords } from './key-records.js';

/** Compared against when the id is unknown, so that an unknown id takes as long as a wrong secret. */
const NOBODYS_HASH = Buffer.alloc(32);

/** Decides whether a presented key is genuine and usable now. */
export class KeyAuthenticator {
  constructor(
    private readonly records: KeyRecords,
    private readonly pepper: string,
    private readonly clock: Clock,
  ) {}

  /**
   * The key's record and account. `presented` is everything that the request carries as a key.
   * @throws KeyRefusedError with the code of the refusal; KeysUnavailableError while nobody can tell
   */
  async authenticate(presented: readonly string[]): Promise<KeyWithAccount> {
    const [text, ...others] = new Set(presented);
    if (text === undefined) throw new KeyRefusedError('key-missing');
    const parsed = others.length > 0 ? undefined : parseKey(text);
    if (parsed === undefined) throw new KeyRefusedError('key-invalid');
    const found = await this.records.find(parsed.id);
    const genuine = sameHash(found?.key.secretHash ?? NOBODYS_HASH, hashSecret(parsed.secret, this.pepper));
    if (!genuine || found === undefined || found.key.kind !== parsed.kind) throw new KeyRefusedError('key-invalid');
    this.refuseUnusable(found.key);
    if (found.account.state === 'suspended') throw new KeyRefusedError('account-suspended', found.key.id);
    return found;
  }

  private refuseUnusable({ id, revokedAt, notBefore, expiresAt }: ApiKeyRecord): void {
    const now = this.clock.nowMs();
    if (revokedAt !== undefined) throw new KeyRefusedError('key-revoked', id);
    if (notBefore !== undefined && now < notBefore.getTime()) throw new KeyRefusedError('key-not-yet-valid', id);
    if (expiresAt !== undefined && now >= expiresAt.getTime()) throw new KeyRefusedError('key-expired', id);
  }
}

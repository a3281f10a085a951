import type { KeyPepper } from '../../config/index.js';
import { hashSecret, sameHash } from './api-key.js';

/** Stored form of a secret. */
export interface HashedSecret {
  readonly secretHash: Buffer;
  /** Which pepper it was hashed under. */
  readonly pepperVersion: number;
}

/** Stands in for a missing hash, so that an unknown key takes as long as a wrong secret. */
const NOBODYS_HASH = Buffer.alloc(32);

/** Hashes secrets under the newest pepper, and verifies hashes of every pepper that is still kept. */
export class KeyHasher {
  private readonly newest: KeyPepper;
  private readonly secrets: ReadonlyMap<number, string>;

  /** @param peppers newest first, at least one */
  constructor(peppers: readonly KeyPepper[]) {
    const [newest] = peppers;
    if (newest === undefined) throw new TypeError('keys cannot be hashed without a pepper');
    this.newest = newest;
    this.secrets = new Map(peppers.map(({ version, secret }) => [version, secret]));
  }

  hash(secret: string): HashedSecret {
    return { secretHash: hashSecret(secret, this.newest.secret), pepperVersion: this.newest.version };
  }

  /** Whether this is the secret; takes the same time whatever it differs in, also when nothing is stored. */
  matches(secret: string, stored: HashedSecret | undefined): boolean {
    const pepper = stored && this.secrets.get(stored.pepperVersion);
    const same = sameHash(stored?.secretHash ?? NOBODYS_HASH, hashSecret(secret, pepper ?? this.newest.secret));
    return same && pepper !== undefined;
  }

  /** Whether the pepper of a key is still kept; without it no secret can be verified. */
  knows({ pepperVersion }: Pick<HashedSecret, 'pepperVersion'>): boolean {
    return this.secrets.has(pepperVersion);
  }
}

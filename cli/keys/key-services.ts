import {
  AccountRegistry,
  KeyAuthenticator,
  KeyAuthority,
  KeyHasher,
  KeyIssuer,
  KeyRecords,
} from '../../src/access/index.js';
import type { AccessSettings, DatabaseSettings, TierSettings } from '../../src/config/index.js';
import { SystemClock, SystemRandom } from '../../src/kernel/index.js';
import { TypeOrmAccountStore, TypeOrmTierStore } from '../../src/persistence/index.js';
import { withDatabase } from '../with-database.js';

/** Keys without the gateway: for commands that run next to it. */
export interface KeyServices {
  readonly accounts: AccountRegistry;
  readonly issuer: KeyIssuer;
  readonly authenticator: KeyAuthenticator;
}

/** Settings that the services need. */
export interface KeyServicesSettings {
  readonly database: DatabaseSettings;
  readonly access: AccessSettings;
  readonly tiers: TierSettings;
}

/** Keeps the database open during `work`. @throws DatabaseConnectError, SchemaMismatchError */
export async function withKeyServices<T>(
  settings: KeyServicesSettings,
  work: (services: KeyServices) => Promise<T>,
): Promise<T> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const hasher = new KeyHasher(settings.access.keyPeppers);
  return withDatabase(settings.database, async (database) => {
    const store = new TypeOrmAccountStore(database);
    const tiers = await tierNames(new TypeOrmTierStore(database), settings.tiers, new Date(clock.nowMs()));
    const authority = new KeyAuthority(clock, hasher);
    const accounts = new AccountRegistry({ store, clock, random, tierNames: () => tiers, authority });
    return work({
      accounts,
      issuer: new KeyIssuer({ store, accounts, clock, random, hasher, authority }),
      authenticator: new KeyAuthenticator(new KeyRecords(store, clock), hasher, clock),
    });
  });
}

/** Names of the stored tiers; before the first start of a gateway those of the configuration. */
async function tierNames(store: TypeOrmTierStore, { tiers }: TierSettings, at: Date): Promise<readonly string[]> {
  const stored = await store.listTiers(at);
  if (stored.length === 0) return tiers.map(({ name }) => name);
  return stored.filter(({ deletedAt }) => deletedAt === undefined).map(({ name }) => name);
}

import type { Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AccessSettings } from '../../config/index.js';
import { Clock, Random } from '../../kernel/index.js';
import { AccountStore } from '../../persistence/index.js';
import { AccountRegistry } from '../accounts/account-registry.js';
import { KeyAuthority } from '../authority/key-authority.js';
import { RefusedWritesInterceptor } from '../admission/refused-writes.interceptor.js';
import { TierCatalog } from '../tiers/tier-catalog.js';
import { AuthFailures } from '../admission/auth-failures.js';
import { KeyAdmission } from '../admission/key-admission.js';
import { KeyAuthenticator } from '../admission/key-authenticator.js';
import { KeyChangeWatch } from '../admission/key-change-watch.js';
import { KeyHasher } from '../credentials/key-hasher.js';
import { KeyIssuer } from './key-issuer.js';
import { KeyLastUse } from '../admission/key-last-use.js';
import { KeyRecords } from '../admission/key-records.js';
import { KeyUseAudit } from '../admission/key-use-audit.js';
import { TestKeyInterceptor } from '../admission/test-key.interceptor.js';

/** The cache follows changes of this process immediately, those of others by {@link KeyChangeWatch}. */
function keyRecords(
  ...[store, clock, issuer, accounts]: readonly [AccountStore, Clock, KeyIssuer, AccountRegistry]
): KeyRecords {
  const records = new KeyRecords(store, clock);
  issuer.onChange((record) => records.replace(record));
  accounts.onChange(({ id }) => records.forgetAccount(id));
  return records;
}

type IssuerDeps = readonly [AccountStore, AccountRegistry, Clock, Random, KeyHasher, KeyAuthority];

/** Accounts, keys, and their admission. */
export const KEY_PROVIDERS: Provider[] = [
  {
    provide: KeyHasher,
    useFactory: ({ keyPeppers }: AccessSettings) => new KeyHasher(keyPeppers),
    inject: [AccessSettings],
  },
  {
    provide: KeyAuthority,
    useFactory: (clock: Clock, hasher: KeyHasher) => new KeyAuthority(clock, hasher),
    inject: [Clock, KeyHasher],
  },
  {
    provide: AccountRegistry,
    useFactory: (
      ...[store, clock, random, catalog, authority]: readonly [AccountStore, Clock, Random, TierCatalog, KeyAuthority]
    ) => new AccountRegistry({ store, clock, random, tierNames: () => catalog.tierNames, authority }),
    inject: [AccountStore, Clock, Random, TierCatalog, KeyAuthority],
  },
  {
    provide: KeyIssuer,
    useFactory: (...[store, accounts, clock, random, hasher, authority]: IssuerDeps) =>
      new KeyIssuer({ store, accounts, clock, random, hasher, authority }),
    inject: [AccountStore, AccountRegistry, Clock, Random, KeyHasher, KeyAuthority],
  },
  { provide: KeyRecords, useFactory: keyRecords, inject: [AccountStore, Clock, KeyIssuer, AccountRegistry] },
  KeyAuthenticator,
  KeyChangeWatch,
  KeyLastUse,
  {
    provide: AuthFailures,
    useFactory: (clock: Clock, { failedAuthPerMinute }: AccessSettings) => new AuthFailures(clock, failedAuthPerMinute),
    inject: [Clock, AccessSettings],
  },
  { provide: APP_INTERCEPTOR, useClass: RefusedWritesInterceptor },
  { provide: APP_INTERCEPTOR, useClass: TestKeyInterceptor },
  KeyAdmission,
  KeyUseAudit,
];

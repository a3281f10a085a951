import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessSettings } from '../config/index.js';
import { Clock, Random, SystemClock, SystemRandom } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { AccountStore, PersistenceModule } from '../persistence/index.js';
import { AccessGuard } from './access.guard.js';
import { AccessMetrics } from './access.metrics.js';
import { SymbolsController, TimeframesController } from './tiers/catalog.controller.js';
import { KeyAuthenticator } from './keys/key-authenticator.js';
import { KeyIssuer } from './keys/key-issuer.js';
import { KeyRecords } from './keys/key-records.js';
import { KeysController } from './keys/keys.controller.js';
import { KeyUseAudit } from './keys/key-use-audit.js';
import { LimitsController } from './limits/limits.controller.js';
import { MeController } from './me.controller.js';
import { MemoryRateLimits } from './limits/memory-rate-limits.js';
import { RateAccounting } from './limits/rate-accounting.js';
import { RateLimits } from './limits/rate-limits.js';
import { TierCatalog } from './tiers/tier-catalog.js';

/** Keys, tiers and limits: the guard of every route, and the routes about callers themselves. */
@Module({
  imports: [MetricsModule, PersistenceModule],
  controllers: [SymbolsController, TimeframesController, MeController, LimitsController, KeysController],
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: Random, useClass: SystemRandom },
    {
      provide: KeyIssuer,
      useFactory: (...[store, clock, random, settings, catalog]: IssuerParts) =>
        new KeyIssuer({ store, clock, random, pepper: settings.keyPepper, tiers: catalog.tierNames }),
      inject: [AccountStore, Clock, Random, AccessSettings, TierCatalog],
    },
    {
      provide: KeyAuthenticator,
      useFactory: (store: AccountStore, clock: Clock, settings: AccessSettings, issuer: KeyIssuer) => {
        const records = new KeyRecords(store, clock);
        issuer.onChange((record) => records.replace(record));
        return new KeyAuthenticator(records, settings.keyPepper, clock);
      },
      inject: [AccountStore, Clock, AccessSettings, KeyIssuer],
    },
    {
      provide: RateLimits,
      useFactory: (clock: Clock) => new MemoryRateLimits(clock),
      inject: [Clock],
    },
    AccessMetrics,
    KeyUseAudit,
    RateAccounting,
    TierCatalog,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [KeyIssuer, TierCatalog],
})
export class AccessModule {}

type IssuerParts = readonly [AccountStore, Clock, Random, AccessSettings, TierCatalog];

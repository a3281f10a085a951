import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DocsGate } from '../http/index.js';
import { MetricsModule } from '../metrics/index.js';
import { PersistenceModule } from '../persistence/index.js';
import { AccessGuard } from './access.guard.js';
import { AccountRegistry } from './accounts/account-registry.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { AdminDocsGate } from './docs.gate.js';
import { AccessMetrics } from './access.metrics.js';
import { SymbolsController, TimeframesController } from './tiers/catalog.controller.js';
import { IDEMPOTENCY_PROVIDERS } from './idempotency.providers.js';
import { KeyIssuer } from './keys/key-issuer.js';
import { KeyRecords } from './admission/key-records.js';
import { KEY_PROVIDERS } from './keys/keys.providers.js';
import { KeysController } from './keys/keys.controller.js';
import { LimitsController } from './limits/limits.controller.js';
import { MeController } from './me.controller.js';
import { MemoryRateLimits } from './limits/memory-rate-limits.js';
import { RateAccounting } from './limits/rate-accounting.js';
import { RateLimits } from './limits/rate-limits.js';
import { TierCatalog } from './tiers/tier-catalog.js';
import { AuditRoutesModule } from './audit/audit-routes.module.js';
import { UsageModule } from './usage/usage.module.js';
import { TIER_PROVIDERS } from './tiers/tier.providers.js';
import { TiersController } from './tiers/tiers.controller.js';

/** Keys, tiers and limits: the guard of every route, and the routes about callers themselves. */
@Module({
  imports: [AuditRoutesModule, MetricsModule, PersistenceModule, UsageModule],
  controllers: [
    SymbolsController,
    TimeframesController,
    MeController,
    LimitsController,
    KeysController,
    AccountsController,
    TiersController,
  ],
  providers: [
    ...KEY_PROVIDERS,
    ...IDEMPOTENCY_PROVIDERS,
    { provide: RateLimits, useClass: MemoryRateLimits },
    AccessMetrics,
    RateAccounting,
    ...TIER_PROVIDERS,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: DocsGate, useClass: AdminDocsGate },
  ],
  exports: [AccountRegistry, KeyIssuer, KeyRecords, TierCatalog],
})
export class AccessModule {}

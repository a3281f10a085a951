import type { Clock } from '../../src/kernel/index.js';
import type { DatabaseFailure, DatabaseState } from '../../src/persistence/database/database-health.js';
import {
  AccountStore,
  AuditLog,
  AuditTrail,
  AuditVerifier,
  DatabaseHealth,
  IdempotencyStore,
  PoolHealth,
  ServerClockStore,
  SymbolMappingStore,
  TierStore,
  UsageLedger,
  UsageStore,
} from '../../src/persistence/index.js';
import { MemoryAccountStore } from './memory-account-store.js';
import { IDLE_VERIFIER, MemoryAuditTrail } from './memory-audit-trail.js';
import { MemoryIdempotencyStore } from './memory-idempotency-store.js';
import { MemoryServerClockStore } from './memory-server-clock-store.js';
import { MemorySymbolMappingStore } from './memory-symbol-mapping-store.js';
import { MemoryTierStore } from './memory-tier-store.js';
import { memoryLedger, MemoryUsageStore } from './memory-usage-store.js';
import { RecordingAuditLog } from './recording-audit-log.js';

/** A database that is up or down as the test says. */
class SwitchedDatabase extends DatabaseHealth {
  status: DatabaseState['status'] = 'up';
  readonly lastFailure: DatabaseFailure = { at: new Date(0), message: 'connection refused' };

  async check(): Promise<DatabaseState> {
    return { status: this.status, tookMs: 1 };
  }
}

/** The health of an unused pool. */
function idlePool(): PoolHealth {
  const counts = { connect: 0, disconnect: 0, checkout: 0, checkin: 0, timeout: 0, rejection: 0, failure: 0 };
  const places = { size: 5, checkedOut: 0, checkedIn: 5, overflow: 0, waiters: 0, waitingMs: 0, capacity: 15 };
  const stats = () => ({ ...places, unreachable: false, counts: { ...counts, invalidation: 0, leak: 0 } });
  return new PoolHealth({ name: 'default', database: 'mt5', stats }, undefined);
}

/** Every store of a gateway, in memory. */
export class MemoryStores {
  readonly accounts = new MemoryAccountStore();
  readonly tiers = new MemoryTierStore(this.accounts);
  readonly audit = new RecordingAuditLog();
  readonly idempotency = new MemoryIdempotencyStore();
  readonly mappings = new MemorySymbolMappingStore();
  readonly database = new SwitchedDatabase();
  private readonly usage = new MemoryUsageStore();

  constructor(private readonly clock: Clock) {}

  /** Each store under its class. */
  providers(instead: { readonly accounts?: AccountStore; readonly tiers?: TierStore } = {}) {
    return [
      { provide: AccountStore, useValue: instead.accounts ?? this.accounts },
      { provide: TierStore, useValue: instead.tiers ?? this.tiers },
      { provide: AuditLog, useValue: this.audit },
      { provide: AuditTrail, useValue: new MemoryAuditTrail(this.audit) },
      { provide: AuditVerifier, useValue: IDLE_VERIFIER },
      { provide: UsageStore, useValue: this.usage },
      { provide: UsageLedger, useValue: memoryLedger(this.usage, this.clock) },
      { provide: IdempotencyStore, useValue: this.idempotency },
      { provide: SymbolMappingStore, useValue: this.mappings },
      { provide: ServerClockStore, useValue: new MemoryServerClockStore() },
      { provide: DatabaseHealth, useValue: this.database },
      { provide: PoolHealth, useValue: idlePool() },
    ];
  }
}

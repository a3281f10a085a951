import { Counter, Gauge, type Registry } from 'prom-client';
import type { SealerStats } from './audit/audit-sealer.js';
import type { AuditStats } from './audit/postgres-audit-log.js';

/** Where the numbers come from; asked at every scrape. */
export interface StoreSources {
  readonly log: () => AuditStats;
  readonly sealer: () => SealerStats;
  /** Rows outside of every monthly partition, up to 1000. */
  readonly strays: () => number;
  /** Writes of bars that were refused because of a bar that no market has. */
  readonly refusedWrites: () => number;
  /** Bars that were deleted because of their age. */
  readonly deletedBars: () => number;
}

/** Adds the families of the audit trail and of the candle store to the registry. */
export function registerStoreMetrics(registry: Registry, sources: StoreSources): void {
  const { log, sealer, strays } = sources;
  const gauge = (name: string, help: string, read: () => number): void => {
    const family: Gauge = new Gauge({ name, help, registers: [], collect: () => family.set(read()) });
    registry.registerMetric(family);
  };
  const counter = (name: string, help: string, read: () => number): void => {
    // The source counts; the family only shows.
    const show = (): void => {
      family.reset();
      family.inc(read());
    };
    const family: Counter = new Counter({ name, help, registers: [], collect: show });
    registry.registerMetric(family);
  };
  gauge('mt5gw_audit_spool_rows', 'Audit entries, in memory and on disk, that are not in the database yet.', () => {
    const { waiting, spooled } = log();
    return waiting + spooled;
  });
  counter('mt5gw_audit_written_total', 'Audit entries that were written to the database.', () => log().written);
  counter('mt5gw_audit_dropped_total', 'Audit entries that were lost.', () => log().dropped);
  gauge(
    'mt5gw_audit_spool_damaged_lines',
    'Lines of the audit spool that could not be read back.',
    () => log().damaged,
  );
  counter(
    'mt5gw_audit_sealed_total',
    'Audit events that this process gave their place in the chain.',
    () => sealer().sealed,
  );
  counter('mt5gw_audit_seal_failures_total', 'Attempts to seal audit events that failed.', () => sealer().failures);
  gauge(
    'mt5gw_audit_chain_head',
    'Number of the last event in the chain, as far as this process knows.',
    () => sealer().head,
  );
  gauge('mt5gw_audit_default_partition_rows', 'Audit events outside of every month, up to 1000; should be 0.', strays);
  counter('mt5gw_candle_writes_refused_total', 'Writes with a bar that no market has.', sources.refusedWrites);
  counter('mt5gw_candles_deleted_total', 'Bars deleted because of their age.', sources.deletedBars);
}

import { Counter, Gauge, type Registry } from 'prom-client';
import type { SealerStats } from './audit/audit-sealer.js';
import type { AuditStats } from './audit/postgres-audit-log.js';

/** Sources of the numbers, read at every scrape. */
export interface StoreSources {
  readonly log: () => AuditStats;
  readonly sealer: () => SealerStats;
  /** Rows outside of every monthly partition, up to 1000. */
  readonly rowsOutsidePartitions: () => number;
  /** Writes refused because of an implausible bar. */
  readonly refusedWrites: () => number;
  /** Bars deleted because of their age. */
  readonly deletedBars: () => number;
}

/** Adds the families of the audit trail and of the candle store to the registry. */
export function registerStoreMetrics(registry: Registry, sources: StoreSources): void {
  const { log, sealer, rowsOutsidePartitions } = sources;
  const gauge = (name: string, help: string, read: () => number): void => {
    const family: Gauge = new Gauge({ name, help, registers: [], collect: () => family.set(read()) });
    registry.registerMetric(family);
  };
  const counter = (name: string, help: string, read: () => number): void => {
    const show = (): void => {
      family.reset();
      family.inc(read());
    };
    const family: Counter = new Counter({ name, help, registers: [], collect: show });
    registry.registerMetric(family);
  };
  gauge('mt5gw_audit_spool_rows', 'Audit entries in memory and on disk that are not in the database yet.', () => {
    const { waiting, spooled } = log();
    return waiting + spooled;
  });
  counter('mt5gw_audit_written_total', 'Audit entries that were written to the database.', () => log().written);
  counter('mt5gw_audit_dropped_total', 'Audit entries that were lost.', () => log().dropped);
  gauge('mt5gw_audit_spool_damaged_lines', 'Unreadable lines of the audit spool.', () => log().damaged);
  counter('mt5gw_audit_sealed_total', 'Audit events that this process sealed.', () => sealer().sealed);
  counter('mt5gw_audit_seal_failures_total', 'Attempts to seal audit events that failed.', () => sealer().failures);
  gauge(
    'mt5gw_audit_chain_head',
    'Number of the last event in the chain, as far as this process knows.',
    () => sealer().head,
  );
  gauge(
    'mt5gw_audit_default_partition_rows',
    'Audit events outside of every monthly partition, up to 1000; should be 0.',
    rowsOutsidePartitions,
  );
  counter('mt5gw_candle_writes_refused_total', 'Writes refused because of an implausible bar.', sources.refusedWrites);
  counter('mt5gw_candles_deleted_total', 'Bars deleted because of their age.', sources.deletedBars);
}

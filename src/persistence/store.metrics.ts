import type { Registry } from 'prom-client';
import { ScrapedFamilies } from '../metrics/index.js';
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
  const families = new ScrapedFamilies(registry);
  families.gauge(
    'mt5gw_audit_spool_rows',
    'Audit entries in memory and on disk that are not in the database yet.',
    () => {
      const { waiting, spooled } = log();
      return waiting + spooled;
    },
  );
  families.counter(
    'mt5gw_audit_written_total',
    'Audit entries that were written to the database.',
    () => log().written,
  );
  families.counter('mt5gw_audit_dropped_total', 'Audit entries that were lost.', () => log().dropped);
  families.gauge('mt5gw_audit_spool_damaged_lines', 'Unreadable lines of the audit spool.', () => log().damaged);
  families.counter('mt5gw_audit_sealed_total', 'Audit events that this process sealed.', () => sealer().sealed);
  families.counter(
    'mt5gw_audit_seal_failures_total',
    'Attempts to seal audit events that failed.',
    () => sealer().failures,
  );
  families.gauge(
    'mt5gw_audit_chain_head',
    'Number of the last event in the chain, as far as this process knows.',
    () => sealer().head,
  );
  families.gauge(
    'mt5gw_audit_default_partition_rows',
    'Audit events outside of every monthly partition, up to 1000; should be 0.',
    rowsOutsidePartitions,
  );
  families.counter(
    'mt5gw_candle_writes_refused_total',
    'Writes refused because of an implausible bar.',
    sources.refusedWrites,
  );
  families.counter('mt5gw_candles_deleted_total', 'Bars deleted because of their age.', sources.deletedBars);
}

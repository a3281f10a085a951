import { Counter, Gauge, type Registry } from 'prom-client';
import type { AuditStats } from './audit/typeorm-audit-log.js';

/** Adds the families of the audit trail to the registry; the numbers are asked for at every scrape. */
export function registerAuditMetrics(registry: Registry, audit: () => AuditStats): void {
  const waiting: Gauge = new Gauge({
    name: 'mt5gw_audit_spool_rows',
    help: 'Audit entries that are not written yet.',
    registers: [registry],
    collect: () => waiting.set(audit().waiting),
  });
  const dropped: Counter = new Counter({
    name: 'mt5gw_audit_dropped_total',
    help: 'Audit entries that were lost.',
    registers: [registry],
    collect: () => {
      // The trail counts; the family only shows.
      dropped.reset();
      dropped.inc(audit().dropped);
    },
  });
}

import type { Registry } from 'prom-client';
import { ScrapedFamilies } from '../../metrics/index.js';
import type { UsageStats } from './usage-ledger.js';

/** Adds the families of metering to the registry; every scrape calls `stats`. No label names an account. */
export function registerUsageMetrics(registry: Registry, stats: () => UsageStats): void {
  const families = new ScrapedFamilies(registry);
  families.gauge(
    'mt5gw_usage_waiting_rows',
    'Sums of usage in memory, neither in the database nor on disk yet.',
    () => stats().waitingRows,
  );
  families.gauge(
    'mt5gw_usage_spooled_batches',
    'Batches of usage on disk that wait for the database.',
    () => stats().spooledBatches,
  );
  families.counter(
    'mt5gw_usage_written_total',
    'Metered requests that were written to the database.',
    () => stats().written,
  );
  families.counter('mt5gw_usage_flush_failures_total', 'Attempts to write usage that failed.', () => stats().failures);
  families.counter(
    'mt5gw_usage_folded_total',
    'Requests metered without their route and symbol.',
    () => stats().folded,
  );
  families.counter('mt5gw_usage_lost_total', 'Requests whose usage is lost.', () => stats().lost);
}

import { Counter, Gauge, type Registry } from 'prom-client';
import type { UsageStats } from './usage-ledger.js';

/** Adds the families of metering to the registry; every scrape calls `stats`. No label names an account. */
export function registerUsageMetrics(registry: Registry, stats: () => UsageStats): void {
  const gauge = (name: string, help: string, read: (stats: UsageStats) => number): void => {
    const family: Gauge = new Gauge({ name, help, registers: [], collect: () => family.set(read(stats())) });
    registry.registerMetric(family);
  };
  const counter = (name: string, help: string, read: (stats: UsageStats) => number): void => {
    const show = (): void => {
      family.reset();
      family.inc(read(stats()));
    };
    const family: Counter = new Counter({ name, help, registers: [], collect: show });
    registry.registerMetric(family);
  };
  gauge('mt5gw_usage_waiting_rows', 'Sums of usage in memory, neither in the database nor on disk yet.', (now) => {
    return now.waitingRows;
  });
  gauge('mt5gw_usage_spooled_batches', 'Batches of usage on disk that wait for the database.', (now) => {
    return now.spooledBatches;
  });
  counter('mt5gw_usage_written_total', 'Metered requests that were written to the database.', (now) => now.written);
  counter('mt5gw_usage_flush_failures_total', 'Attempts to write usage that failed.', (now) => now.failures);
  counter('mt5gw_usage_folded_total', 'Requests metered without their route and symbol.', (now) => now.folded);
  counter('mt5gw_usage_lost_total', 'Requests whose usage is lost.', (now) => now.lost);
}

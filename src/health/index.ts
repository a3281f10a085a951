/** Whether the gateway lives, is ready, and which symbols it serves. */
export { presentSummary } from './health.presenter.js';
export type { HealthSummary, SymbolHealth } from './health.schema.js';
export { HealthModule } from './health.module.js';
export { presentPool } from './pool.presenter.js';
export type { PgBouncerView, PoolView } from './pool.schema.js';
export { MetricsRoutesModule } from './metrics/metrics-routes.module.js';

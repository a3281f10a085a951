/** Liveness, readiness, served symbols and metrics. */
export { HealthModule } from './health.module.js';

/** Prometheus: one registry of our own; other folders add their families to it by injecting `Registry`. */
export { ignoredInputs } from './ignored-inputs.js';
export type { IgnoredInput } from './ignored-inputs.js';
export { MetricsModule } from './metrics.module.js';
export { ScrapedFamilies } from './scraped-families.js';

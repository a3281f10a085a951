/** The live series: warm from the database, fed and repaired by the terminals, closed by server time. */
export { StaleParameter, TimeFormatParameter } from './answers/answer-parameters.js';
export { CandlesModule } from './candles.module.js';
export { SeriesMetadataView } from './answers/candles.schema.js';
export { maxAgeSeconds, metadataSteps } from './answers/series-metadata.js';
export { withTimes } from './answers/metadata-times.js';
export { serverTimeOf, timeWriter } from './answers/server-times.js';
export type { ShowTime, TimeFormat } from './answers/server-times.js';
export { SeriesRegistry } from './series-registry.js';
export type { SeriesSnapshot } from './series-registry.js';

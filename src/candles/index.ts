/** The live series: warm from the database, fed and repaired by the terminals, closed by server time. */
export { StaleParameter, TimeFormatParameter } from './answer-parameters.js';
export { CandlesModule } from './candles.module.js';
export { SeriesMetadataSchema } from './candles.schema.js';
export type { ReturnedBars } from './returned-bars.js';
export { maxAgeSeconds, metadataSteps } from './series-metadata.js';
export type { SeriesMetadata } from './series-metadata.js';
export { withTimes } from './metadata-times.js';
export { serverTimeOf, timeWriter } from './server-times.js';
export type { ShowTime, TimeFormat } from './server-times.js';
export { SeriesBook } from './series-book.js';
export type { SeriesSnapshot, SeriesState } from './series-book.js';

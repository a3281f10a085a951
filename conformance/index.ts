/** The conformance suite of the bridge protocol: listens as a gateway does and tries each promise on a bridge. */
export { runSuite, selectChecks } from './suite.js';
export type { CheckResult, SuiteListener, SuiteReport } from './suite.js';
export type { BenchTools } from './bench.js';
export { UsageError } from './conformance.errors.js';
export type { SuiteSettings } from './settings.js';
export { helpText } from './option-table.js';
export { parseOptions } from './options.js';
export type { Command } from './options.js';
export { jsonReport, resultLine, summaryLine } from './report.js';

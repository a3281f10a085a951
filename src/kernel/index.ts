/** Small primitives that everything stands on. No npm package; input and output: clock, random source, private folders. */
export { Backoff } from './backoff.js';
export { Clock, delay, SystemClock, within } from './clock.js';
export type { Timer } from './clock.js';
export { Damper } from './damper.js';
export { codeOf, ErrorExample, errorExamples } from './error-examples.js';
export type { ErrorExampleName } from './error-examples.js';
export { ERROR_CODES, GatewayError, isGatewayError, OperatorError } from './errors.js';
export type { ErrorCode, ErrorDetails } from './errors.js';
export { Emitter } from './event.js';
export type { Subscribe, Unsubscribe } from './event.js';
export { LineBudget, leftOutNote } from './line-budget.js';
export { closeFolder, hideFromGit, makePrivateFolder } from './private-folder.js';
export { Random, SeededRandom, SystemRandom } from './random.js';
export { Redial } from './redial.js';
export { runSteps, SharedSteps } from './steps.js';
export type { Steps } from './steps.js';
export { pathWithoutKeys, withoutKeys, withoutSecrets } from './secrets.js';
export { asDecimal, asMilliseconds, asSeconds, counted, editDistance, printable } from './text.js';

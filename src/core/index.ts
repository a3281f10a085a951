/** Time, randomness and periodic work, as every other folder injects them. */
export { CoreModule, HOST } from './core.module.js';
export { Jobs } from './jobs.js';

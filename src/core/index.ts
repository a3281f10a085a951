/** Injectable time, randomness and periodic work. */
export { CoreModule, HOST } from './core.module.js';
export { Jobs } from './jobs.js';

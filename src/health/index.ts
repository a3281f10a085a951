/** Whether the gateway lives, is ready, and which symbols it serves. */
export { HealthModule } from './health.module.js';

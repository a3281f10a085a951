import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { GATEWAY_VERSION } from '../config/index.js';

/** A registry of our own (never the library's global one), with build information and the process metrics. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'mt5gw_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: GATEWAY_VERSION, node: process.version }, 1);
  return registry;
}

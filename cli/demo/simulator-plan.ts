import type { Settings } from '../../src/config/index.js';

/** Plan of the simulator: one simulated terminal for each configured one. */
export function simulatorPlan(
  { bridge, terminals }: Settings,
  { host, candlesDir }: { host: string; candlesDir: string | undefined },
): object {
  return {
    gateway: { host, port: bridge.port },
    masterSecret: bridge.masterSecret,
    ...(candlesDir === undefined ? { mode: 'synthetic' } : { mode: 'replay', candlesDir }),
    terminals: terminals.terminals.map(({ id, login, symbols }) => ({
      id,
      login,
      symbols: symbols.map(({ name, brokerName }) => ({ name, ...(brokerName !== undefined && { brokerName }) })),
    })),
  };
}

import type { Settings } from '../../src/config/index.js';

/** The plan of the simulator program: one simulated terminal for each one of the configuration. */
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

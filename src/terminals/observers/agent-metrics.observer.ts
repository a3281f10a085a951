import { Gauge, type Registry } from 'prom-client';
import type { HostAgents } from '../pool/agent-registry.js';

const MEGABYTE = 1024 * 1024;

/** The Prometheus families of hosts and agents, read at each scrape. Labels are configured names. */
export class AgentMetricsObserver {
  constructor(
    private readonly agents: HostAgents,
    registry: Registry,
  ) {
    const registers = [registry];
    const up: Gauge<'host'> = new Gauge({
      name: 'mt5gw_agent_up',
      help: '1 while the agent of the host is connected.',
      labelNames: ['host'],
      registers,
      collect: () => {
        for (const host of agents.hosts) up.set({ host }, agents.isAttached(host) ? 1 : 0);
      },
    });
    const processes: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_agent_process_up',
      help: '1 while the program of the terminal runs, as the agent of its host says; nothing without an agent.',
      labelNames: ['terminal'],
      registers,
      collect: () => this.collect(processes, ({ state }) => (state === 'running' ? 1 : 0)),
    });
    const memory: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_agent_process_memory_bytes',
      help: 'Memory that the program of the terminal holds.',
      labelNames: ['terminal'],
      registers,
      collect: () => this.collect(memory, ({ memoryMb }) => memoryMb * MEGABYTE),
    });
    const restarts: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_agent_process_restarts',
      help: 'Restarts of the program since the agent started.',
      labelNames: ['terminal'],
      registers,
      collect: () => this.collect(restarts, (process) => process.restarts),
    });
  }

  private collect(
    gauge: Gauge<'terminal'>,
    valueOf: (process: { state: string; memoryMb: number; restarts: number }) => number,
  ): void {
    gauge.reset();
    for (const { terminalId, canRestart, process } of this.agents.all()) {
      if (canRestart && process !== undefined) gauge.set({ terminal: terminalId }, valueOf(process));
    }
  }
}

import type { Registry } from 'prom-client';
import { ScrapedFamilies } from '../../metrics/index.js';
import type { HostAgents } from '../pool/agent-registry.js';

const MEGABYTE = 1024 * 1024;

/** The Prometheus families of hosts and agents, read at each scrape. Labels are configured names. */
export class AgentMetricsObserver {
  constructor(
    private readonly agents: HostAgents,
    registry: Registry,
  ) {
    const families = new ScrapedFamilies(registry);
    families.gauge(
      'mt5gw_agent_up',
      '1 while the agent of the host is connected.',
      () => agents.hosts.map((host) => [host, agents.isAttached(host) ? 1 : 0] as const),
      'host',
    );
    families.gauge(
      'mt5gw_agent_process_up',
      '1 while the program of the terminal runs, as the agent of its host says; nothing without an agent.',
      () => this.processes(({ state }) => (state === 'running' ? 1 : 0)),
      'terminal',
    );
    families.gauge(
      'mt5gw_agent_process_memory_bytes',
      'Memory that the program of the terminal holds.',
      () => this.processes(({ memoryMb }) => memoryMb * MEGABYTE),
      'terminal',
    );
    families.gauge(
      'mt5gw_agent_process_restarts',
      'Restarts of the program since the agent started.',
      () => this.processes(({ restarts }) => restarts),
      'terminal',
    );
  }

  private *processes(
    valueOf: (process: { state: string; memoryMb: number; restarts: number }) => number,
  ): Generator<[terminal: string, value: number]> {
    for (const { terminalId, canRestart, process } of this.agents.all()) {
      if (canRestart && process !== undefined) yield [terminalId, valueOf(process)];
    }
  }
}

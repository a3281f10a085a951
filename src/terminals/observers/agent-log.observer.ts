import { Logger } from '@nestjs/common';
import type { Clock } from '../../kernel/index.js';
import type { AgentEvent, HostAgents } from '../pool/agent-registry.js';
import type { TerminalLog } from './terminal-log.js';

/** Logs the events of agents and keeps those about a terminal with its other lines. */
export class AgentLogObserver {
  private readonly logger = new Logger('Agents');

  constructor(
    agents: HostAgents,
    private readonly log: TerminalLog,
    private readonly clock: Clock,
  ) {
    agents.onEvent((event) => this.write(event));
  }

  private write({ host, kind, terminalId, message, isFault }: AgentEvent): void {
    const level = isFault ? 'warn' : 'info';
    const what =
      terminalId === undefined ? `the agent of host ${host} is ${kind}: ${message}` : `${terminalId} ${message}`;
    if (terminalId !== undefined) this.log.add(terminalId, { atMs: this.clock.nowMs(), level, message: what });
    this.logger[isFault ? 'warn' : 'log'](what);
  }
}

/**
 * The program on a host of terminals: it starts them, watches them, restarts what died, leaks or is asked for by the
 * gateway, and ends exactly what it started. Broker passwords stay here.
 */
export { AgentError } from './agent.errors.js';
export { HostAgent } from './host-agent.js';
export type { HostAgentTools } from './host-agent.js';
export { HostProcesses } from './host-processes.js';
export type { Launch, RunningProcess } from './host-processes.js';
export { SystemProcesses } from './system-processes.js';

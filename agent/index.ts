/**
 * The program on a host of terminals: it starts and watches them, restarts one that died, leaks memory or that the
 * gateway asks for, and ends exactly the terminals that it started. Broker passwords stay here.
 */
export { AgentError } from './agent.errors.js';
export { HostAgent } from './host-agent.js';
export type { HostAgentTools } from './host-agent.js';
export { HostProcesses } from './host-processes.js';
export type { Launch, RunningProcess } from './host-processes.js';
export { SystemProcesses } from './system-processes.js';

/**
 * The messages between a host's agent and the gateway, as plain values. Agents dial the same port as bridges and use the
 * same handshake; their messages have separate numbers. docs/bridge-protocol.md is the specification.
 */

/** First message of an agent, signed: names the host that it manages. */
export interface AgentHello {
  readonly type: 'agent-hello';
  /** As in `config/terminals.json`, e.g. `main`. */
  readonly host: string;
  /** Name and version of the agent. */
  readonly program: string;
  /** 32 random bytes, fresh for each connection. */
  readonly clientNonce: Uint8Array;
}

/** States of a terminal's program. */
export const PROCESS_STATES = ['stopped', 'starting', 'running', 'restarting', 'failed'] as const;
/**
 * `stopped`: not started, or ended on purpose. `starting`: waits for its turn, or is being started. `running`: its
 * process lives. `restarting`: is being ended, or waits for its next start. `failed`: cannot be started.
 */
export type ProcessState = (typeof PROCESS_STATES)[number];

/** One terminal's program on a host. Times are UTC milliseconds. */
export interface ProcessReport {
  readonly terminalId: string;
  readonly state: ProcessState;
  /** 0 = no process. */
  readonly pid: number;
  /** Megabytes; 0 = unknown. */
  readonly memoryMb: number;
  /** Starts after the first one, since the agent started. */
  readonly restarts: number;
  /** 0 = no process. */
  readonly startedAtMs: number;
  /** End of the last process (`exit code 1`); empty = none has ended. */
  readonly lastExit: string;
  /** 0 = none has ended. */
  readonly lastExitAtMs: number;
  /** Reason of the state, for the operator; at most 300 characters. Never a secret. */
  readonly detail: string;
}

/** Agent to gateway, at least every heartbeat and at each change; terminals that it does not name are unchanged. */
export interface AgentReport {
  readonly type: 'agent-report';
  readonly processes: readonly ProcessReport[];
}

/** Gateway to agent: end the terminal's program and start it again. Answered by ok once it is under way, or by error. */
export interface AgentRestart {
  readonly type: 'agent-restart';
  readonly terminalId: string;
  /** For the agent's log. */
  readonly reason: string;
}

export type AgentMessage = AgentHello | AgentReport | AgentRestart;
export type AgentMessageType = AgentMessage['type'];

import {
  PROCESS_STATES,
  type AgentHello,
  type AgentMessageType,
  type AgentReport,
  type AgentRestart,
  type ProcessReport,
} from '../agent-messages.js';
import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { MAX_REPORTED, NONCE_BYTES } from '../limits.js';

/** Numbers of the optional range, so that a bridge would ignore them. Never reused. */
export const AGENT_NUMBERS = {
  'agent-hello': 0x8101,
  'agent-report': 0x8102,
  'agent-restart': 0x8103,
} as const satisfies Record<AgentMessageType, number>;

const DETAIL_CHARACTERS = 300;
const EXIT_CHARACTERS = 80;

/** The agent's message of a frame's number. */
export function agentMessageTypeOf(number: number): AgentMessageType | undefined {
  return (Object.keys(AGENT_NUMBERS) as AgentMessageType[]).find((type) => AGENT_NUMBERS[type] === number);
}

/** Without the mac, which covers these bytes and follows them. */
export function writeAgentHello(writer: BufferWriter, message: AgentHello): void {
  writer.name(message.host);
  writer.name(message.program);
  writer.bytes(message.clientNonce, NONCE_BYTES);
}

export function readAgentHello(reader: BufferReader): AgentHello {
  return { type: 'agent-hello', host: reader.name(), program: reader.name(), clientNonce: reader.bytes(NONCE_BYTES) };
}

export function writeAgentReport(writer: BufferWriter, { processes }: AgentReport): void {
  writer.u16(processes.length, MAX_REPORTED);
  for (const process of processes) {
    writer.name(process.terminalId);
    writer.choice(PROCESS_STATES, process.state);
    writer.u32(process.pid);
    writer.u32(process.memoryMb);
    writer.u32(process.restarts);
    writer.count64(process.startedAtMs);
    writer.prose(process.lastExit.slice(0, EXIT_CHARACTERS));
    writer.count64(process.lastExitAtMs);
    writer.prose(process.detail.slice(0, DETAIL_CHARACTERS));
  }
}

export function readAgentReport(reader: BufferReader): AgentReport {
  const processes = reader.list(reader.u16(MAX_REPORTED), readProcess);
  if (new Set(processes.map(({ terminalId }) => terminalId)).size < processes.length) {
    reader.refuse('a terminal is named twice');
  }
  return { type: 'agent-report', processes };
}

function readProcess(reader: BufferReader): ProcessReport {
  return {
    terminalId: reader.name(),
    state: reader.choice(PROCESS_STATES),
    pid: reader.u32(),
    memoryMb: reader.u32(),
    restarts: reader.u32(),
    startedAtMs: reader.count64(),
    lastExit: reader.text(),
    lastExitAtMs: reader.count64(),
    detail: reader.text(),
  };
}

export function writeAgentRestart(writer: BufferWriter, { terminalId, reason }: AgentRestart): void {
  writer.name(terminalId);
  writer.prose(reason);
}

export function readAgentRestart(reader: BufferReader): AgentRestart {
  return { type: 'agent-restart', terminalId: reader.name(), reason: reader.text() };
}

import type { AgentReport, AgentRestart } from './agent-messages.js';
import { ProtocolError } from './bridge.errors.js';
import { BufferReader } from './buffer-reader.js';
import { BufferWriter } from './buffer-writer.js';
import {
  AGENT_NUMBERS,
  readAgentReport,
  readAgentRestart,
  writeAgentReport,
  writeAgentRestart,
} from './codec/agent.codec.js';
import { encodeFrame, type Frame } from './frame.js';

/** A report as one whole frame. @throws EncodeError if a value does not fit its field */
export function encodeAgentReport(report: AgentReport): Buffer {
  const writer = new BufferWriter(report.type, 1024);
  writeAgentReport(writer, report);
  return encodeFrame({ number: AGENT_NUMBERS[report.type], requestId: 0, more: false, payload: writer.finish() });
}

/** A restart request as one whole frame. @throws EncodeError if a value does not fit its field */
export function encodeAgentRestart(restart: AgentRestart, requestId: number): Buffer {
  const writer = new BufferWriter(restart.type);
  writeAgentRestart(writer, restart);
  return encodeFrame({ number: AGENT_NUMBERS[restart.type], requestId, more: false, payload: writer.finish() });
}

/** @throws ProtocolError for everything that a correct agent does not send */
export function decodeAgentReport(frame: Frame): AgentReport {
  return read(frame, 'agent-report', readAgentReport);
}

/** @throws ProtocolError for everything that a correct gateway does not send */
export function decodeAgentRestart(frame: Frame): AgentRestart {
  return read(frame, 'agent-restart', readAgentRestart);
}

function read<M>({ payload, requestId, more }: Frame, what: string, readMessage: (reader: BufferReader) => M): M {
  if (requestId > 0 !== (what === 'agent-restart') || more) {
    throw new ProtocolError(`bridge protocol: ${what}: request id ${requestId}`);
  }
  const reader = new BufferReader(payload, what);
  const message = readMessage(reader);
  reader.end();
  return message;
}

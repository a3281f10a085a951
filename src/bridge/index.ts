/**
 * The wire protocol between a terminal's bridge and the gateway (docs/bridge-protocol.md): messages as plain values, the
 * codec for both sides, the handshake, and the gateway's listener. It knows no terminal and no market: policy is
 * injected, and events report what happened.
 */
export type {
  AccountInfo,
  BarPush,
  BridgeErrorCode,
  BridgePush,
  BridgeRequest,
  BridgeResponse,
  Buffers,
  BusyUntil,
  Goaway,
  GoawayReason,
  Heartbeat,
  Hello,
  HistoryChanged,
  IndicatorBuffers,
  Rates,
  RatesByCount,
  RatesByRange,
  Reject,
  RejectReason,
  RequestFailed,
  ResponseOf,
  SymbolInfo,
  SymbolList,
  SymbolListItem,
  Welcome,
  WireRate,
} from './messages.js';

export { PROCESS_STATES } from './agent-messages.js';
export type { AgentHello, ProcessReport, ProcessState } from './agent-messages.js';
export { decodeAgentRestart, encodeAgentReport } from './agent-codec.js';
export type { AgentSession } from './agent-session.js';
export { agentMessageTypeOf } from './codec/agent.codec.js';

export { EncodeError, ProtocolError, TerminalAnswerError, UnusableAnswerError } from './bridge.errors.js';

export { BridgeListener } from './bridge-listener.js';
export type { BridgeListenerStats } from './bridge-listener.js';
export type { Admission, BridgePolicy, Rejection, RejectionReason } from './bridge-policy.js';
export type { BridgeSession } from './bridge-session.js';

export { isExtension, messageTypeOf } from './codec/message-table.js';
export { encodeFrame, FRAME_HEADER_BYTES, FrameParser } from './frame.js';
export type { Frame } from './frame.js';
export {
  decodeHello,
  deriveAgentKey,
  deriveTerminalKey,
  encodeAgentHello,
  encodeHello,
  encodeWelcome,
  formatTerminalKey,
  parseTerminalKey,
  verifyHello,
  verifyWelcome,
} from './handshake.js';
export { GatewayLink } from './gateway-link.js';
export type { GatewayAddress, LinkIdentity } from './gateway-link.js';
export {
  DEFAULT_MAX_FRAME_BYTES,
  HANDSHAKE_FRAME_BYTES,
  MAX_ANSWER_ROWS,
  MAX_REPORTED,
  NONCE_BYTES,
  UNKNOWN_UTC_OFFSET_SECONDS,
} from './limits.js';
export { nextPushNumber, pushNumbersBetween } from './push-number.js';
export {
  decodeFromBridge,
  decodeFromGateway,
  encodeAnswer,
  encodeMessage,
  isPush,
  isRequest,
  toleratedFault,
} from './message-codec.js';
export { chooseVersion, encodeGatewayPreamble, PREAMBLE_BYTES, PreambleReader, PROTOCOL_VERSION } from './preamble.js';
export type { Preamble } from './preamble.js';
export { AnswerCollector } from './rows.js';
export { Silence } from './silence.js';

export { UNPROVED_PROGRESS } from './admission/unproved-connections.js';
export type { UnprovedLimits } from './admission/unproved-connections.js';

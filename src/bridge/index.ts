/**
 * The wire protocol between a terminal's bridge and the gateway (docs/bridge-protocol.md): messages as plain values, the
 * codec for both sides, the handshake, and the gateway's listener. It knows no terminal and no market: policy is
 * injected, and events report what happened.
 */
export { BRIDGE_ERROR_CODES, GOAWAY_REASONS, REJECT_REASONS } from './messages.js';
export type {
  AccountInfo,
  AccountRequest,
  BarPush,
  BridgeCapabilities,
  BridgeErrorCode,
  BridgeMessage,
  BridgePush,
  BridgeRequest,
  BridgeResponse,
  BufferColumn,
  Buffers,
  BusyUntil,
  Challenge,
  GatewayHeartbeat,
  GatewayMessage,
  Goaway,
  GoawayReason,
  Heartbeat,
  Hello,
  HistoryChanged,
  IndicatorBuffers,
  IndicatorParameter,
  MessageOf,
  MessageType,
  Ok,
  QuoteSession,
  Rates,
  RatesByCount,
  RatesByRange,
  Reject,
  RejectReason,
  RequestFailed,
  ResponseOf,
  RestartRequest,
  Subscribe,
  Subscribed,
  SymbolInfo,
  SymbolList,
  SymbolListItem,
  SymbolRequest,
  SymbolsChanged,
  SymbolsRequest,
  Unsubscribe,
  Welcome,
  WireMessage,
  WireRate,
} from './messages.js';

export { PROCESS_STATES } from './agent-messages.js';
export type {
  AgentHello,
  AgentMessageType,
  AgentReport,
  AgentRestart,
  ProcessReport,
  ProcessState,
} from './agent-messages.js';
export { decodeAgentReport, decodeAgentRestart, encodeAgentReport, encodeAgentRestart } from './agent-codec.js';
export type { AgentSession } from './agent-session.js';
export { agentMessageTypeOf } from './codec/agent.codec.js';

export {
  AgentRefusedError,
  AgentUnreachableError,
  ConnectionClosedError,
  EncodeError,
  GarbageError,
  InvalidTerminalKeyError,
  ProtocolError,
  RequestTimeoutError,
  TerminalAnswerError,
  UnusableAnswerError,
} from './bridge.errors.js';

export { BridgeListener } from './bridge-listener.js';
export type { BridgeListenerOptions, BridgeListenerStats } from './bridge-listener.js';
export type { Admission, BridgePolicy, Rejection, RejectionReason } from './bridge-policy.js';
export type { BridgeSession, GoawayOptions } from './bridge-session.js';
export { CLOSE_REASONS } from './connection.state.js';
export type { CloseReason, SessionClosed } from './connection.state.js';
export type { RequestOptions } from './pending-requests.js';
export type { IgnoredFrame, IgnoredFrameKind } from './ignored-frame.js';
export type { FrameCount } from './terminal-connection.js';

export { EMPTY_VALUE } from './codec/buffers.codec.js';
export { isExtension, messageTypeOf } from './codec/message-table.js';
export { encodeFrame, FRAME_HEADER_BYTES, FrameParser } from './frame.js';
export type { Frame } from './frame.js';
export {
  decodeAgentHello,
  decodeHello,
  decodeWelcome,
  deriveAgentKey,
  deriveTerminalKey,
  encodeAgentHello,
  encodeHello,
  encodeWelcome,
  formatTerminalKey,
  parseTerminalKey,
  verifyAgentHello,
  verifyHello,
  verifyWelcome,
} from './handshake.js';
export type { HelloSecret, Signed, WelcomeSecret } from './handshake.js';
export { GatewayLink } from './gateway-link.js';
export type { GatewayAddress, LinkEvents, LinkIdentity } from './gateway-link.js';
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
export type { FramePlace } from './message-codec.js';
export {
  chooseVersion,
  encodeBridgePreamble,
  encodeGatewayPreamble,
  PREAMBLE_BYTES,
  PreambleReader,
  PROTOCOL_VERSION,
} from './preamble.js';
export type { Preamble } from './preamble.js';
export { AnswerCollector } from './rows.js';
export { Silence } from './silence.js';

export { UNPROVED_PROGRESS } from './admission/unproved-connections.js';
export type { UnprovedLimits, UnprovedProgress } from './admission/unproved-connections.js';

import { BufferReader } from './buffer-reader.js';
import { BufferWriter } from './buffer-writer.js';
import { EncodeError, ProtocolError } from './bridge.errors.js';
import { MESSAGES, messageTypeOf, type MessageRow, type Sender } from './codec/message-table.js';
import { encodeFrame, type Frame } from './frame.js';
import type {
  BridgeMessage,
  BridgePush,
  BridgeRequest,
  BridgeResponse,
  GatewayMessage,
  MessageType,
  WireMessage,
} from './messages.js';
import { splitRows } from './rows.js';

type Unsigned<M extends WireMessage> = Exclude<M, { readonly type: 'hello' | 'welcome' }>;

/** The header members of a frame that depend on its request; leave both out for messages without one. */
export interface FramePlace {
  /** 1 to 2^32 - 1. @default 0, belongs to no request */
  readonly requestId?: number;
  /** More chunks of this answer follow. @default false */
  readonly more?: boolean;
}

/**
 * One message as one whole frame. For answers use {@link encodeAnswer}, for hello and welcome the handshake.
 *
 * @throws EncodeError if a value does not fit its field.
 */
export function encodeMessage(
  message: Unsigned<WireMessage>,
  { requestId = 0, more = false }: FramePlace = {},
): Buffer {
  const problem = misplaced(message.type, requestId, more);
  if (problem !== undefined) throw new EncodeError(`cannot send ${message.type}: ${problem}`);
  return encodeFrame({ number: MESSAGES[message.type].number, requestId, more, payload: writePayload(message) });
}

/** An answer as the frames that carry it, cut into chunks where it is long. */
export function encodeAnswer(answer: BridgeResponse, requestId: number): Buffer[] {
  const chunks = splitRows(answer);
  return chunks.map((chunk, index) => encodeMessage(chunk, { requestId, more: index < chunks.length - 1 }));
}

/**
 * Decodes a frame that a bridge sends after its hello. A chunk of an answer is the same message with fewer rows.
 *
 * @throws ProtocolError for everything that a correct bridge does not send.
 */
export function decodeFromBridge(frame: Frame): Unsigned<BridgeMessage> {
  return decode(frame, 'bridge') as Unsigned<BridgeMessage>;
}

/**
 * Decodes a frame of the gateway, except a welcome, which the handshake opens.
 *
 * @throws ProtocolError for everything that a correct gateway does not send.
 */
export function decodeFromGateway(frame: Frame): Unsigned<GatewayMessage> {
  return decode(frame, 'gateway') as Unsigned<GatewayMessage>;
}

/** The fields of a message, without header. */
export function writePayload(message: WireMessage): Buffer {
  const writer = new BufferWriter(message.type, message.type === 'rates' ? 64 * message.rates.length + 64 : 256);
  rowOf(message.type).write(writer, message);
  return writer.finish();
}

/** Reads all of a payload as one message. */
export function readPayload(type: MessageType, payload: Buffer): WireMessage {
  const reader = new BufferReader(payload, type);
  const message = rowOf(type).read(reader);
  reader.end();
  return message;
}

/** The forbidden value of a bridge's message that is usable in part nevertheless; undefined when there is none. */
export function toleratedFault(message: Unsigned<BridgeMessage>): string | undefined {
  if (message.type === 'symbol-list') return message.refused?.[0];
  return message.type === 'bar' || message.type === 'history-changed' ? message.fault : undefined;
}

/** Whether a message of the gateway is a request. */
export function isRequest(message: WireMessage): message is BridgeRequest {
  return MESSAGES[message.type].kind === 'request';
}

/** Whether a message of a bridge is unrequested. */
export function isPush(message: Unsigned<BridgeMessage>): message is BridgePush {
  return MESSAGES[message.type].kind === 'control';
}

function decode(frame: Frame, sender: Sender): WireMessage {
  const type = messageTypeOf(frame.number);
  if (type === undefined) throw new ProtocolError(`bridge protocol: unknown message 0x${frame.number.toString(16)}`);
  const { kind, senders } = MESSAGES[type];
  if (kind === 'signed' || !senders.includes(sender)) {
    throw new ProtocolError(`bridge protocol: ${type} is not expected from the ${sender} here`);
  }
  const problem = misplaced(type, frame.requestId, frame.more);
  if (problem !== undefined) throw new ProtocolError(`bridge protocol: ${type}: ${problem}`);
  return readPayload(type, frame.payload);
}

function misplaced(type: MessageType, requestId: number, more: boolean): string | undefined {
  const { kind } = MESSAGES[type];
  const belongsToRequest = kind === 'request' || kind === 'answer' || kind === 'rows';
  if (belongsToRequest !== requestId > 0) return `request id ${requestId}`;
  if (more && kind !== 'rows') return 'it does not come in chunks';
  return undefined;
}

/** The table pairs each type with its own codec; the compiler cannot follow that pairing through a variable. */
function rowOf(type: MessageType): MessageRow<WireMessage> {
  return MESSAGES[type];
}

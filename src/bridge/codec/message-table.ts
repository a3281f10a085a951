import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import type { MessageOf, MessageType } from '../messages.js';
import {
  readAccountInfo,
  readError,
  readSubscribed,
  writeAccountInfo,
  writeError,
  writeSubscribed,
} from './answer.codec.js';
import { readBuffers, writeBuffers } from './buffers.codec.js';
import * as handshake from './handshake.codec.js';
import * as liveness from './liveness.codec.js';
import { readBar, readHistoryChanged, readRates, writeBar, writeHistoryChanged, writeRates } from './rates.codec.js';
import * as request from './request.codec.js';
import type { SeriesName } from './request.codec.js';
import { readSymbolInfo, readSymbolList, writeSymbolInfo, writeSymbolList } from './symbol.codec.js';

export type Sender = 'gateway' | 'bridge';

/**
 * Role of a message. `signed`: ends in a mac and is opened by the handshake only; `control`: no request id;
 * `request`, `answer`: always a request id; `rows`: an answer that may come in chunks.
 */
type Kind = 'signed' | 'control' | 'request' | 'answer' | 'rows';

/** Number, sender and codec of one type of message. */
export interface MessageRow<M> {
  /** The type field of its frames; never reused. */
  readonly number: number;
  readonly senders: readonly Sender[];
  readonly kind: Kind;
  write(writer: BufferWriter, message: M): void;
  read(reader: BufferReader): M;
}

const GATEWAY: readonly Sender[] = ['gateway'];
const BRIDGE: readonly Sender[] = ['bridge'];
const BOTH: readonly Sender[] = ['gateway', 'bridge'];

function row<M>(
  number: number,
  senders: readonly Sender[],
  kind: Kind,
  codec: Pick<MessageRow<M>, 'write' | 'read'>,
): MessageRow<M> {
  return { number, senders, kind, ...codec };
}

/** A message without fields. */
function bare<T extends 'account' | 'symbols' | 'restart' | 'ok' | 'symbols-changed'>(type: T) {
  return { write: () => undefined, read: () => ({ type }) };
}

/** A request whose fields are those of a series. */
function series<T extends 'subscribe' | 'unsubscribe'>(type: T) {
  return {
    write: (writer: BufferWriter, message: SeriesName & { readonly type: T }) => request.writeSeries(writer, message),
    read: (reader: BufferReader) => ({ type, ...request.readSeries(reader) }),
  };
}

/** The protocol at a glance: every message with its number, sender and codec. */
export const MESSAGES: { readonly [T in MessageType]: MessageRow<MessageOf<T>> } = {
  challenge: row(0x0001, GATEWAY, 'control', { write: handshake.writeChallenge, read: handshake.readChallenge }),
  hello: row(0x0002, BRIDGE, 'signed', { write: handshake.writeHello, read: handshake.readHello }),
  welcome: row(0x0003, GATEWAY, 'signed', { write: handshake.writeWelcome, read: handshake.readWelcome }),
  reject: row(0x0004, GATEWAY, 'control', { write: handshake.writeReject, read: handshake.readReject }),

  heartbeat: row(0x0010, BRIDGE, 'control', { write: liveness.writeHeartbeat, read: liveness.readHeartbeat }),
  'gateway-heartbeat': row(0x0011, GATEWAY, 'control', {
    write: liveness.writeGatewayHeartbeat,
    read: liveness.readGatewayHeartbeat,
  }),
  busy: row(0x0012, BRIDGE, 'control', { write: liveness.writeBusy, read: liveness.readBusy }),
  goaway: row(0x0013, BOTH, 'control', { write: liveness.writeGoaway, read: liveness.readGoaway }),

  'rates-by-count': row(0x0020, GATEWAY, 'request', {
    write: request.writeRatesByCount,
    read: request.readRatesByCount,
  }),
  'rates-by-range': row(0x0021, GATEWAY, 'request', {
    write: request.writeRatesByRange,
    read: request.readRatesByRange,
  }),
  'indicator-buffers': row(0x0022, GATEWAY, 'request', {
    write: request.writeIndicatorBuffers,
    read: request.readIndicatorBuffers,
  }),
  account: row(0x0023, GATEWAY, 'request', bare('account')),
  symbols: row(0x0024, GATEWAY, 'request', bare('symbols')),
  symbol: row(0x0025, GATEWAY, 'request', { write: request.writeSymbolRequest, read: request.readSymbolRequest }),
  subscribe: row(0x0026, GATEWAY, 'request', series('subscribe')),
  unsubscribe: row(0x0027, GATEWAY, 'request', series('unsubscribe')),
  restart: row(0x0028, GATEWAY, 'request', bare('restart')),

  rates: row(0x0040, BRIDGE, 'rows', { write: writeRates, read: readRates }),
  buffers: row(0x0041, BRIDGE, 'rows', { write: writeBuffers, read: readBuffers }),
  'account-info': row(0x0042, BRIDGE, 'answer', { write: writeAccountInfo, read: readAccountInfo }),
  'symbol-list': row(0x0043, BRIDGE, 'rows', { write: writeSymbolList, read: readSymbolList }),
  'symbol-info': row(0x0044, BRIDGE, 'answer', { write: writeSymbolInfo, read: readSymbolInfo }),
  subscribed: row(0x0045, BRIDGE, 'answer', { write: writeSubscribed, read: readSubscribed }),
  ok: row(0x0046, BRIDGE, 'answer', bare('ok')),
  error: row(0x004f, BRIDGE, 'answer', { write: writeError, read: readError }),

  bar: row(0x0060, BRIDGE, 'control', { write: writeBar, read: readBar }),
  'history-changed': row(0x0061, BRIDGE, 'control', { write: writeHistoryChanged, read: readHistoryChanged }),
  'symbols-changed': row(0x0062, BRIDGE, 'control', bare('symbols-changed')),
};

const TYPES_BY_NUMBER = new Map(
  (Object.keys(MESSAGES) as MessageType[]).map((type) => [MESSAGES[type].number, type] as const),
);

/** Messages from this number on are optional extensions: a peer ignores those that it does not know. */
const FIRST_EXTENSION = 0x8000;

/** The type of a frame's number; undefined = not in this version. */
export function messageTypeOf(number: number): MessageType | undefined {
  return TYPES_BY_NUMBER.get(number);
}

/** Whether a frame of this number may be ignored by a peer that does not know it. */
export function isExtension(number: number): boolean {
  return number >= FIRST_EXTENSION;
}

import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { BRIDGE_ERROR_CODES, type AccountInfo, type RequestFailed, type Subscribed } from '../messages.js';

const TRADE_MODES = ['demo', 'contest', 'real'] as const satisfies AccountInfo['tradeMode'][];

export function writeAccountInfo(writer: BufferWriter, message: AccountInfo): void {
  writer.count64(message.login);
  writer.name(message.brokerServer);
  writer.name(message.company);
  writer.name(message.name);
  writer.name(message.currency);
  writer.choice(TRADE_MODES, message.tradeMode);
  writer.u32(message.leverage);
  writer.f64(message.balance);
  writer.f64(message.equity);
  writer.bool(message.brokerConnected);
}

export function readAccountInfo(reader: BufferReader): AccountInfo {
  return {
    type: 'account-info',
    login: reader.count64(),
    brokerServer: reader.name(),
    company: reader.name(),
    name: reader.name(),
    currency: reader.name(),
    tradeMode: reader.choice(TRADE_MODES),
    leverage: reader.u32(),
    balance: reader.f64(),
    equity: reader.f64(),
    brokerConnected: reader.bool(),
  };
}

export function writeSubscribed(writer: BufferWriter, message: Subscribed): void {
  writer.u32(message.sequence);
}

export function readSubscribed(reader: BufferReader): Subscribed {
  return { type: 'subscribed', sequence: reader.u32() };
}

export function writeError(writer: BufferWriter, message: RequestFailed): void {
  writer.choice(BRIDGE_ERROR_CODES, message.code);
  writer.i32(message.terminalCode);
  writer.prose(message.message);
  writer.u32(message.retryAfterMs);
}

export function readError(reader: BufferReader): RequestFailed {
  return {
    type: 'error',
    code: reader.choice(BRIDGE_ERROR_CODES),
    terminalCode: reader.i32(),
    message: reader.text(),
    retryAfterMs: reader.u32(),
  };
}

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { InvalidTerminalKeyError, ProtocolError } from './bridge.errors.js';
import type { AgentHello } from './agent-messages.js';
import { BufferReader } from './buffer-reader.js';
import { BufferWriter } from './buffer-writer.js';
import { AGENT_NUMBERS, readAgentHello, writeAgentHello } from './codec/agent.codec.js';
import { encodeFrame, type Frame } from './frame.js';
import { MESSAGES } from './codec/message-table.js';
import { MAC_BYTES } from './limits.js';
import { readPayload, writePayload } from './message-codec.js';
import type { Hello, Welcome } from './messages.js';

const KEY_BYTES = 32;

/**
 * The key of one terminal: HKDF-SHA256 of the master secret, so that the gateway stores no secret per terminal and a
 * stolen terminal key opens no other terminal.
 */
export function deriveTerminalKey(masterSecret: string, terminalId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterSecret, '', `mt5g terminal ${terminalId}`, KEY_BYTES));
}

/** The key of one host's agent, derived in the same way; it opens no terminal. */
export function deriveAgentKey(masterSecret: string, host: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterSecret, '', `mt5g agent ${host}`, KEY_BYTES));
}

/** A terminal key as operators see it: 64 lower-case hexadecimal digits. */
export function formatTerminalKey(key: Buffer): string {
  return key.toString('hex');
}

/**
 * Reads the text of {@link formatTerminalKey}, also with blanks around it and in upper case.
 *
 * @throws InvalidTerminalKeyError for anything else.
 */
export function parseTerminalKey(text: string): Buffer {
  const digits = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(digits)) throw new InvalidTerminalKeyError();
  return Buffer.from(digits, 'hex');
}

/** The input of a hello's mac in addition to the message. */
export interface HelloSecret {
  readonly key: Buffer;
  /** From the challenge of this connection. */
  readonly serverNonce: Uint8Array;
}

/** The input of a welcome's mac in addition to the message. */
export interface WelcomeSecret extends HelloSecret {
  /** From the hello of this connection. */
  readonly clientNonce: Uint8Array;
}

/** A message with the mac that its sender claims for it. Trust nothing in it before the mac is verified. */
export interface Signed<M> {
  readonly message: M;
  /** Bytes that the mac covers. */
  readonly signed: Buffer;
  readonly mac: Buffer;
}

export function encodeHello(hello: Hello, secret: HelloSecret): Buffer {
  const payload = writePayload(hello);
  return signedFrame(MESSAGES.hello.number, payload, helloMac(payload, secret));
}

/** Opens a hello frame without trusting it. @throws ProtocolError if it is not a hello. */
export function decodeHello(frame: Frame): Signed<Hello> {
  const { signed, mac } = split(frame, { type: 'hello', number: MESSAGES.hello.number });
  return { message: readPayload('hello', signed) as Hello, signed, mac };
}

/** Whether the sender of this hello has the key; takes the same time for every wrong mac. */
export function verifyHello(hello: Signed<Hello>, secret: HelloSecret): boolean {
  return timingSafeEqual(hello.mac, helloMac(hello.signed, secret));
}

export function encodeAgentHello(hello: AgentHello, secret: HelloSecret): Buffer {
  const writer = new BufferWriter(hello.type);
  writeAgentHello(writer, hello);
  const payload = writer.finish();
  return signedFrame(AGENT_NUMBERS[hello.type], payload, agentMac(payload, secret));
}

/** Opens an agent's hello frame without trusting it. @throws ProtocolError if it is not one. */
export function decodeAgentHello(frame: Frame): Signed<AgentHello> {
  const { signed, mac } = split(frame, { type: 'agent-hello', number: AGENT_NUMBERS['agent-hello'] });
  const reader = new BufferReader(signed, 'agent-hello');
  const message = readAgentHello(reader);
  reader.end();
  return { message, signed, mac };
}

/** Whether the sender of this hello has the key of its host. */
export function verifyAgentHello(hello: Signed<AgentHello>, secret: HelloSecret): boolean {
  return timingSafeEqual(hello.mac, agentMac(hello.signed, secret));
}

export function encodeWelcome(welcome: Welcome, secret: WelcomeSecret): Buffer {
  const payload = writePayload(welcome);
  return signedFrame(MESSAGES.welcome.number, payload, welcomeMac(payload, secret));
}

/** Opens a welcome frame without trusting it. @throws ProtocolError if it is not a welcome. */
export function decodeWelcome(frame: Frame): Signed<Welcome> {
  const { signed, mac } = split(frame, { type: 'welcome', number: MESSAGES.welcome.number });
  return { message: readPayload('welcome', signed) as Welcome, signed, mac };
}

/** Whether the sender of this welcome has the key; a bridge serves no request before this check. */
export function verifyWelcome(welcome: Signed<Welcome>, secret: WelcomeSecret): boolean {
  return timingSafeEqual(welcome.mac, welcomeMac(welcome.signed, secret));
}

/** The label separates the proofs of the two sides: neither can be replayed as the other. */
function helloMac(signed: Buffer, { key, serverNonce }: HelloSecret): Buffer {
  return createHmac('sha256', key).update('mt5g1 terminal\0').update(serverNonce).update(signed).digest();
}

function welcomeMac(signed: Buffer, { key, serverNonce, clientNonce }: WelcomeSecret): Buffer {
  const hmac = createHmac('sha256', key).update('mt5g1 gateway\0');
  return hmac.update(serverNonce).update(clientNonce).update(signed).digest();
}

function agentMac(signed: Buffer, { key, serverNonce }: HelloSecret): Buffer {
  return createHmac('sha256', key).update('mt5g1 agent\0').update(serverNonce).update(signed).digest();
}

function signedFrame(number: number, payload: Buffer, mac: Buffer): Buffer {
  return encodeFrame({ number, requestId: 0, more: false, payload: Buffer.concat([payload, mac]) });
}

/** The signed message that a frame must hold. */
interface Expected {
  readonly type: string;
  readonly number: number;
}

/** Copies both parts, because they outlive the received chunk. */
function split(frame: Frame, { type, number: expected }: Expected): { signed: Buffer; mac: Buffer } {
  const { number, payload, requestId, more } = frame;
  if (number !== expected || requestId !== 0 || more) {
    throw new ProtocolError(`bridge protocol: ${type} was expected, message 0x${number.toString(16)} came`);
  }
  if (payload.length < MAC_BYTES) throw new ProtocolError(`bridge protocol: ${type} is too short for its mac`);
  const at = payload.length - MAC_BYTES;
  return { signed: Buffer.from(payload.subarray(0, at)), mac: Buffer.from(payload.subarray(at)) };
}

import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { MAX_UTC_OFFSET_SECONDS, NONCE_BYTES } from '../limits.js';
import {
  REJECT_REASONS,
  type BridgeCapabilities,
  type Challenge,
  type Hello,
  type Reject,
  type Welcome,
} from '../messages.js';

/** Order = bit number. Bits that are not listed are ignored: a newer bridge may set them. */
const CAPABILITY_BITS = ['indicators', 'push', 'restart', 'simulated'] as const satisfies (keyof BridgeCapabilities)[];

export function writeChallenge(writer: BufferWriter, message: Challenge): void {
  writer.bytes(message.serverNonce, NONCE_BYTES);
}

export function readChallenge(reader: BufferReader): Challenge {
  return { type: 'challenge', serverNonce: reader.bytes(NONCE_BYTES) };
}

/** Without the mac, which covers these bytes and follows them. */
export function writeHello(writer: BufferWriter, message: Hello): void {
  writer.name(message.terminalId);
  writer.count64(message.login);
  writer.name(message.brokerServer);
  writer.name(message.company);
  writer.name(message.program);
  writer.u32(message.terminalBuild);
  writer.i32(message.utcOffsetSeconds, MAX_UTC_OFFSET_SECONDS);
  writer.u32(CAPABILITY_BITS.reduce((bits, name, bit) => bits | (message.capabilities[name] ? 1 << bit : 0), 0));
  writer.bytes(message.clientNonce, NONCE_BYTES);
}

export function readHello(reader: BufferReader): Hello {
  return {
    type: 'hello',
    terminalId: reader.name(),
    login: reader.count64(),
    brokerServer: reader.name(),
    company: reader.name(),
    program: reader.name(),
    terminalBuild: reader.u32(),
    utcOffsetSeconds: reader.i32(MAX_UTC_OFFSET_SECONDS),
    capabilities: readCapabilities(reader),
    clientNonce: reader.bytes(NONCE_BYTES),
  };
}

function readCapabilities(reader: BufferReader): BridgeCapabilities {
  const bits = reader.u32();
  const has = (name: keyof BridgeCapabilities): boolean => (bits & (1 << CAPABILITY_BITS.indexOf(name))) !== 0;
  return { indicators: has('indicators'), push: has('push'), restart: has('restart'), simulated: has('simulated') };
}

/** Without the mac, which covers these bytes and follows them. */
export function writeWelcome(writer: BufferWriter, message: Welcome): void {
  writer.count64(message.epoch);
  writer.u32(message.heartbeatMs);
  writer.u32(message.maxFrameBytes);
}

export function readWelcome(reader: BufferReader): Welcome {
  return { type: 'welcome', epoch: reader.count64(), heartbeatMs: reader.u32(), maxFrameBytes: reader.u32() };
}

export function writeReject(writer: BufferWriter, message: Reject): void {
  writer.choice(REJECT_REASONS, message.reason);
  writer.prose(message.message);
  writer.u32(message.retryAfterMs);
}

export function readReject(reader: BufferReader): Reject {
  return { type: 'reject', reason: reader.choice(REJECT_REASONS), message: reader.text(), retryAfterMs: reader.u32() };
}

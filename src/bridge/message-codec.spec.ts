import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMessage, messageOf, unsignedTypes } from '../../test/support/bridge-arbitraries.js';
import { EncodeError, ProtocolError } from './bridge.errors.js';
import { MESSAGES, messageTypeOf, type Sender } from './codec/message-table.js';
import { FrameParser, type Frame } from './frame.js';
import { decodeFromBridge, decodeFromGateway, encodeAnswer, encodeMessage, readPayload } from './message-codec.js';
import type { Heartbeat, MessageType, RatesByCount, WireMessage } from './messages.js';

const decoders = { bridge: decodeFromBridge, gateway: decodeFromGateway };
const types = Object.keys(MESSAGES) as MessageType[];

function frameOf(bytes: Buffer): Frame {
  const [frame] = [...new FrameParser(2 ** 24).push(bytes)];
  if (frame === undefined) throw new Error('no whole frame');
  return frame;
}

function idFor(type: MessageType): number {
  return MESSAGES[type].kind === 'control' ? 0 : 7;
}

describe('every message', () => {
  it.each(unsignedTypes)('%s is decoded as it was encoded, from each side that may send it', (type) => {
    fc.assert(
      fc.property(messageOf(type), (message) => {
        const frame = frameOf(encodeMessage(message, { requestId: idFor(type) }));
        for (const sender of MESSAGES[type].senders) expect(decoders[sender](frame)).toEqual(message);
      }),
    );
  });

  it.each(types)('%s cut short at any byte, or with a byte too many, is a protocol error', (type) => {
    const [sample] = fc.sample(type === 'hello' || type === 'welcome' ? anyMessage : messageOf(type), 1);
    const message = sample as Exclude<WireMessage, { type: 'hello' | 'welcome' }>;
    const { payload } = frameOf(encodeMessage(message, { requestId: idFor(message.type) }));
    for (let length = 0; length < payload.length; length++) {
      expect(() => readPayload(message.type, payload.subarray(0, length))).toThrow(ProtocolError);
    }
    expect(() => readPayload(message.type, Buffer.concat([payload, Buffer.alloc(1)]))).toThrow(ProtocolError);
  });

  it('has a unique number', () => {
    expect(new Set(types.map((type) => MESSAGES[type].number)).size).toBe(types.length);
    for (const type of types) expect(messageTypeOf(MESSAGES[type].number)).toBe(type);
  });
});

describe('hostile bytes', () => {
  const decodeAnything = (type: MessageType, payload: Buffer): void => {
    try {
      readPayload(type, payload);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
    }
  };

  it('never cause anything but a protocol error when they are random', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
    fc.assert(fc.property(fc.constantFrom(...types), bytes, decodeAnything), { numRuns: 3000 });
  });

  it('never cause anything but a protocol error when they are a mutated message', () => {
    const mutations = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyMessage, mutations, (message, changes) => {
        const { payload } = frameOf(encodeMessage(message, { requestId: idFor(message.type) }));
        for (const [at, byte] of changes) if (payload.length > 0) payload[at % payload.length] = byte;
        decodeAnything(message.type, payload);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a frame in the wrong place', () => {
  const ok = frameOf(encodeMessage({ type: 'ok' }, { requestId: 1 }));
  const busy = frameOf(encodeMessage({ type: 'busy', durationMs: 1 }));
  const cases: [string, Sender, Partial<Frame>, Frame][] = [
    ['an answer without a request id', 'bridge', { requestId: 0 }, ok],
    ['a push with a request id', 'bridge', { requestId: 1 }, busy],
    ['a chunk of an answer that has none', 'bridge', { more: true }, ok],
    ['an answer from the gateway', 'gateway', {}, ok],
    ['a request from the bridge', 'bridge', { number: MESSAGES.account.number }, ok],
    ['a second hello', 'bridge', { number: MESSAGES.hello.number, requestId: 0 }, ok],
    ['an unknown number', 'bridge', { number: 0x0999 }, ok],
  ];

  it.each(cases)('%s is a protocol error', (_, sender, change, frame) => {
    expect(() => decoders[sender]({ ...frame, ...change })).toThrow(ProtocolError);
  });
});

describe('values that the wire cannot hold', () => {
  const request: RatesByCount = { type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'H1', start: 0, count: 1 };
  const heartbeat = fc.sample(messageOf('heartbeat'), 1)[0] as Heartbeat;

  it.each([
    ['a symbol of 129 bytes', { ...request, symbol: 'x'.repeat(129) }],
    ['a symbol with U+0000', { ...request, symbol: 'EUR\0USD' }],
    ['a fraction as a count', { ...request, count: 1.5 }],
    ['a count above 100000', { ...request, count: 100_001 }],
    ['NaN as a start', { ...request, start: Number.NaN }],
  ])('%s is refused before anything is sent', (_, message) => {
    expect(() => encodeMessage(message, { requestId: 1 })).toThrow(EncodeError);
  });

  it.each([
    ['NaN', { clockRate: Number.NaN }],
    ['Infinity', { clockRate: Infinity }],
    ['2^53', { login: 2 ** 53 }],
    ['a negative time', { serverTimeMs: -1 }],
    ['an offset of more than a day', { utcOffsetSeconds: 86_401 }],
  ])('%s in a heartbeat is refused before anything is sent', (_, change) => {
    expect(() => encodeMessage({ ...heartbeat, ...change })).toThrow(EncodeError);
  });

  it('a message without its request id is refused', () => {
    expect(() => encodeMessage(request)).toThrow(EncodeError);
  });

  it('shortens prose instead of refusing it, without breaking a character', () => {
    const bytes = encodeMessage({ type: 'goaway', reason: 'idle', message: '€'.repeat(2000), retryAfterMs: 0 });
    expect(decodeFromGateway(frameOf(bytes))).toMatchObject({ message: '€'.repeat(341) });
  });
});

describe('a long answer', () => {
  it('is cut into frames of at most 64 KiB, all but the last marked', () => {
    const times = Float64Array.from({ length: 2500 }, (_, index) => index);
    const columns = Array.from({ length: 64 }, (_, buffer) => ({ buffer, values: times }));
    const frames = encodeAnswer({ type: 'buffers', times, columns }, 9).map(frameOf);
    expect(Math.max(...frames.map((frame) => frame.payload.length))).toBeLessThanOrEqual(65_536);
    expect(frames.map((frame) => frame.more)).toEqual(frames.map((_, index) => index < frames.length - 1));
    expect(frames.every((frame) => frame.requestId === 9)).toBe(true);
  });
});

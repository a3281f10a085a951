import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMessage } from '../../test/support/bridge-arbitraries.js';
import { ProtocolError } from './bridge.errors.js';
import { MESSAGES } from './codec/message-table.js';
import { encodeFrame, FRAME_HEADER_BYTES, FrameParser, type Frame } from './frame.js';
import { encodeMessage } from './message-codec.js';

const CAP = 2 ** 20;

/** Copies, because a frame may share memory with its chunk. */
function parseAll(parser: FrameParser, chunks: readonly Buffer[]): Frame[] {
  return chunks.flatMap((chunk) =>
    [...parser.push(chunk)].map((frame) => ({ ...frame, payload: Buffer.from(frame.payload) })),
  );
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

function header(payloadBytes: number, flags = 0): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES);
  bytes.writeUInt32LE(payloadBytes, 0);
  bytes.writeUInt16LE(flags, 6);
  return bytes;
}

/** Bytes copied while `work` runs, by every call that can copy a buffer. */
function copiedBytes(work: () => void): number {
  let copied = 0;
  const spies: { mockRestore: () => void }[] = [];
  const count = <T extends object>(owner: T, name: keyof T, bytesOf: (result: unknown, words: unknown[]) => number) => {
    const original = owner[name] as (...words: unknown[]) => unknown;
    const counted = function (this: unknown, ...words: unknown[]): unknown {
      const result = original.apply(this, words);
      copied += bytesOf(result, words);
      return result;
    };
    Object.defineProperty(owner, name, { value: counted, configurable: true, writable: true });
    spies.push({
      mockRestore: () => Object.defineProperty(owner, name, { value: original, configurable: true, writable: true }),
    });
  };
  const lengthOf = (value: unknown) => (value as ArrayLike<number>).length;
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  count(Buffer.prototype, 'copy', (result) => result as number);
  count(Buffer, 'concat', lengthOf);
  count(Buffer, 'from', (result, [source]) => (source instanceof ArrayBuffer ? 0 : lengthOf(result)));
  count(typedArray, 'set', (_result, [source]) => lengthOf(source));
  count(typedArray, 'slice', lengthOf);
  count(typedArray, 'copyWithin', lengthOf);
  try {
    work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return copied;
}

describe('FrameParser', () => {
  it('gives the same frames wherever the stream was cut', () => {
    const stream = fc
      .array(anyMessage, { maxLength: 6 })
      .map((messages) =>
        messages.map((message) =>
          encodeMessage(message, { requestId: MESSAGES[message.type].kind === 'control' ? 0 : 1 }),
        ),
      );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 30 }), (frames, places) => {
        const whole = frames.flatMap((frame) => parseAll(new FrameParser(CAP), [frame]));
        expect(parseAll(new FrameParser(CAP), cut(Buffer.concat(frames), places))).toEqual(whole);
      }),
    );
  });

  it('gives the same frames byte by byte', () => {
    const bytes = Buffer.concat(
      [1, 2, 3].map((n) => encodeFrame({ number: n, requestId: n, more: n === 2, payload: Buffer.alloc(n * 9, n) })),
    );
    const single = Array.from(bytes, (byte) => Buffer.of(byte));
    expect(parseAll(new FrameParser(CAP), single)).toEqual(parseAll(new FrameParser(CAP), [bytes]));
  });

  it('refuses a frame above the cap by its header, before any of its payload', () => {
    expect(() => parseAll(new FrameParser(100), [header(101)])).toThrow(ProtocolError);
    expect(() => parseAll(new FrameParser(100), cut(header(0xffff_ffff), [5]))).toThrow('4294967295 bytes');
    expect(parseAll(new FrameParser(100), [header(100)])).toEqual([]);
  });

  it('obeys a cap that is raised while it still has bytes of the same chunk', () => {
    const small = encodeFrame({ number: 1, requestId: 0, more: false, payload: Buffer.alloc(10) });
    const large = encodeFrame({ number: 2, requestId: 0, more: false, payload: Buffer.alloc(50) });
    const parser = new FrameParser(10);
    const numbers: number[] = [];
    for (const frame of parser.push(Buffer.concat([small, large]))) {
      numbers.push(frame.number);
      parser.maxPayloadBytes = 50;
    }
    expect(numbers).toEqual([1, 2]);
  });

  it('refuses reserved flags', () => {
    expect(() => parseAll(new FrameParser(CAP), [header(0, 2)])).toThrow('reserved frame flags 0x2');
  });

  it('copies a large frame that comes in small pieces only a few times over', () => {
    const parser = new FrameParser(CAP);
    const bytes = encodeFrame({ number: 1, requestId: 0, more: false, payload: Buffer.alloc(CAP, 7) });
    const pieces = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.subarray(index * 4, index * 4 + 4));
    const copied = copiedBytes(() => {
      expect(pieces.flatMap((piece) => [...parser.push(piece)])).toHaveLength(1);
    });
    expect(copied).toBeGreaterThanOrEqual(bytes.length);
    expect(copied).toBeLessThan(4 * bytes.length);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeAgentReport, decodeAgentRestart, encodeAgentReport, encodeAgentRestart } from './agent-codec.js';
import { PROCESS_STATES, type ProcessReport } from './agent-messages.js';
import { EncodeError, ProtocolError } from './bridge.errors.js';
import { type Frame, FrameParser } from './frame.js';
import {
  decodeAgentHello,
  decodeHello,
  deriveAgentKey,
  deriveTerminalKey,
  encodeAgentHello,
  verifyAgentHello,
} from './handshake.js';

const framed = (bytes: Buffer): Frame => [...new FrameParser(65_536).push(bytes)][0]!;
const whole = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const plain = (maxLength: number) => fc.string({ maxLength, unit: 'grapheme-ascii' });
const process: fc.Arbitrary<ProcessReport> = fc.record({
  terminalId: plain(32),
  state: fc.constantFrom(...PROCESS_STATES),
  pid: whole,
  memoryMb: whole,
  restarts: whole,
  startedAtMs: time,
  lastExit: plain(80),
  lastExitAtMs: time,
  detail: plain(300),
});

describe("an agent's messages", () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(process, { maxLength: 50, selector: ({ terminalId }) => terminalId }), (processes) => {
        const report = { type: 'agent-report', processes } as const;
        expect(decodeAgentReport(framed(encodeAgentReport(report)))).toEqual(report);
      }),
    );
    const restart = { type: 'agent-restart', terminalId: 'MT5_05', reason: 'asked for' } as const;
    expect(decodeAgentRestart(framed(encodeAgentRestart(restart, 7)))).toEqual(restart);
  });

  it('are refused when anything is missing, left over, out of place or said twice', () => {
    const one = fc.sample(process, { numRuns: 1, seed: 1 })[0]!;
    const frame = framed(encodeAgentReport({ type: 'agent-report', processes: [one] }));
    const { payload } = frame;
    for (let cut = 0; cut < payload.length; cut++) {
      expect(() => decodeAgentReport({ ...frame, payload: payload.subarray(0, cut) })).toThrow(ProtocolError);
    }
    const longer = Buffer.concat([payload, Buffer.from([0])]);
    expect(() => decodeAgentReport({ ...frame, payload: longer })).toThrow(ProtocolError);
    expect(() => decodeAgentReport({ ...frame, requestId: 1 })).toThrow(ProtocolError);
    expect(() => decodeAgentReport({ ...frame, more: true })).toThrow(ProtocolError);
    const twice = encodeAgentReport({ type: 'agent-report', processes: [one, one] });
    expect(() => decodeAgentReport(framed(twice))).toThrow(/named twice/);
    const tooMany = Array.from({ length: 51 }, (_, index) => ({ ...one, terminalId: `T${index}` }));
    expect(() => encodeAgentReport({ type: 'agent-report', processes: tooMany })).toThrow(EncodeError);
    const restart = framed(encodeAgentRestart({ type: 'agent-restart', terminalId: 'T1', reason: '' }, 1));
    expect(() => decodeAgentRestart({ ...restart, requestId: 0 })).toThrow(ProtocolError);
  });

  it('are proven with a key that opens no terminal, and a proof that is no terminal’s', () => {
    const serverNonce = Buffer.alloc(32, 1);
    const hello = { type: 'agent-hello', host: 'main', program: 'agent', clientNonce: Buffer.alloc(32, 2) } as const;
    const key = deriveAgentKey('a master secret', 'main');
    const frame = framed(encodeAgentHello(hello, { key, serverNonce }));
    const opened = decodeAgentHello(frame);

    expect(opened.message).toEqual(hello);
    expect(verifyAgentHello(opened, { key, serverNonce })).toBe(true);
    expect(verifyAgentHello(opened, { key, serverNonce: Buffer.alloc(32, 3) })).toBe(false);
    const terminalKey = deriveTerminalKey('a master secret', 'main');
    expect(terminalKey.equals(key)).toBe(false);
    expect(verifyAgentHello(opened, { key: terminalKey, serverNonce })).toBe(false);
    expect(() => decodeHello(frame)).toThrow(ProtocolError);
  });
});

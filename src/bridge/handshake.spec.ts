import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hello, welcome } from '../../test/support/bridge-arbitraries.js';
import { InvalidTerminalKeyError, ProtocolError } from './bridge.errors.js';
import { FrameParser, type Frame } from './frame.js';
import {
  decodeHello,
  decodeWelcome,
  deriveTerminalKey,
  encodeHello,
  encodeWelcome,
  formatTerminalKey,
  parseTerminalKey,
  verifyHello,
  verifyWelcome,
} from './handshake.js';

const key = deriveTerminalKey('master', 'MT5_05');
const serverNonce = Buffer.alloc(32, 1);
const clientNonce = Buffer.alloc(32, 2);

function frameOf(bytes: Buffer): Frame {
  return [...new FrameParser(4096).push(bytes)][0] as Frame;
}

describe('the proof of a bridge', () => {
  it('comes with an unchanged hello and convinces every holder of the key and the nonce', () => {
    fc.assert(
      fc.property(hello, (message) => {
        const signed = decodeHello(frameOf(encodeHello(message, { key, serverNonce })));
        expect(signed.message).toEqual({ ...message, clientNonce: Buffer.from(message.clientNonce) });
        expect(verifyHello(signed, { key, serverNonce })).toBe(true);
      }),
    );
  });

  it('fails after a change of any byte, with another key and with another nonce', () => {
    const [message] = fc.sample(hello, 1);
    const frame = frameOf(encodeHello(message!, { key, serverNonce }));
    const signed = decodeHello(frame);
    for (let at = 0; at < signed.signed.length; at++) {
      const changed = Buffer.from(signed.signed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(verifyHello({ ...signed, signed: changed }, { key, serverNonce })).toBe(false);
    }
    expect(verifyHello(signed, { key: deriveTerminalKey('master', 'MT5_06'), serverNonce })).toBe(false);
    expect(verifyHello(signed, { key, serverNonce: clientNonce })).toBe(false);
  });
});

describe('the proof of the gateway', () => {
  it('comes with an unchanged welcome and convinces only the bridge that was challenged', () => {
    fc.assert(
      fc.property(welcome, (message) => {
        const signed = decodeWelcome(frameOf(encodeWelcome(message, { key, serverNonce, clientNonce })));
        expect(signed.message).toEqual(message);
        expect(verifyWelcome(signed, { key, serverNonce, clientNonce })).toBe(true);
        expect(verifyWelcome(signed, { key, serverNonce, clientNonce: serverNonce })).toBe(false);
        expect(verifyWelcome(signed, { key: Buffer.alloc(32), serverNonce, clientNonce })).toBe(false);
      }),
    );
  });
});

describe('a frame that is no hello', () => {
  it.each([
    ['of another number', { number: 3 }],
    ['with a request id', { requestId: 1 }],
    ['in chunks', { more: true }],
    ['shorter than a mac', { payload: Buffer.alloc(31) }],
  ])('%s is a protocol error', (_, change) => {
    const [message] = fc.sample(hello, 1);
    const frame = frameOf(encodeHello(message!, { key, serverNonce }));
    expect(() => decodeHello({ ...frame, ...change })).toThrow(ProtocolError);
  });
});

describe('a terminal key', () => {
  it('differs for every terminal and every master secret', () => {
    const keys = ['MT5_01', 'MT5_02'].flatMap((id) =>
      ['a', 'b'].map((master) => deriveTerminalKey(master, id).toString('hex')),
    );
    expect(new Set(keys).size).toBe(4);
  });

  it('is shown as 64 digits and read back, also with blanks around it and in upper case', () => {
    const text = formatTerminalKey(key);
    expect(text).toMatch(/^[0-9a-f]{64}$/);
    expect(parseTerminalKey(` ${text.toUpperCase()}\r\n`)).toEqual(key);
  });

  it.each(['', 'abc', 'g'.repeat(64), '0'.repeat(63), '0'.repeat(65)])(
    '"%s" is refused without being repeated',
    (text) => {
      expect(() => parseTerminalKey(text)).toThrow(InvalidTerminalKeyError);
    },
  );
});

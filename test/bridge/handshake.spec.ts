import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { farewell, helloFrame, PREAMBLE, ScriptedTerminal, welcomeMac } from '../support/scripted-terminal.js';
import { frameBytes } from '../support/wire-writer.js';
import { ListenerHarness } from './listener-harness.js';

const REJECT = 0x0004;
const PROTOCOL_VERSION = 1;
const WRONG_KEY = 3;
const WRONG_LOGIN = 4;
const MALFORMED = 7;
const TOO_MANY_FAILURES = 8;
const HANDSHAKE_TIMEOUT = 10;

describe('the handshake of a bridge', () => {
  let harness: ListenerHarness;
  let terminal: ScriptedTerminal;

  beforeEach(async () => {
    harness = await ListenerHarness.start();
    terminal = await ScriptedTerminal.dial(harness.port);
  });

  afterEach(async () => {
    await terminal.leave();
    await harness.stop();
  });

  it('gives a session to a terminal with the right key, and proves the gateway to it', async () => {
    const serverNonce = await terminal.greet();
    terminal.send(helloFrame(serverNonce));
    const { type, payload } = await terminal.frame();
    expect(type).toBe(3);
    expect(payload.subarray(0, 16).toString('hex')).toBe('29000000000000008813000000001000');
    expect(payload.subarray(16)).toEqual(welcomeMac(serverNonce, payload));
    expect(harness.session()).toMatchObject({
      epoch: 41,
      remoteAddress: '127.0.0.1',
      connectedAtMs: harness.clock.nowMs(),
      hello: { terminalId: 'MT5_05', login: 5_000_005, brokerServer: 'Broker-Demo', utcOffsetSeconds: 7200 },
    });
    expect(harness.session().hello.capabilities).toEqual({
      indicators: true,
      push: true,
      restart: false,
      simulated: false,
    });
    expect(harness.listener.stats()).toEqual({ connections: 1, handshaking: 0, sessions: 1, draining: 0 });
  });

  it('gives every connection a nonce of its own', async () => {
    const other = await ScriptedTerminal.dial(harness.port);
    expect(await terminal.greet()).not.toEqual(await other.greet());
    await other.leave();
  });

  it('works when every byte arrives alone', async () => {
    const sendSlowly = async (bytes: Buffer): Promise<void> => {
      terminal.socket.setNoDelay(true);
      for (const byte of bytes) await new Promise((resolve) => terminal.socket.write(Buffer.of(byte), resolve));
    };
    await sendSlowly(PREAMBLE);
    await terminal.bytes(8);
    await sendSlowly(helloFrame((await terminal.frame()).payload));
    expect((await terminal.frame()).type).toBe(3);
  });

  it.each([
    ['a wrong key', { masterSecret: 'another secret' }, 'wrong-key'],
    ['an unknown terminal id', { terminalId: 'MT5_99' }, 'unknown-terminal'],
  ])('answers %s with the same words, and only the gateway knows which it was', async (_, script, reason) => {
    const answer = await terminal.shakeHands(script);
    expect(answer.type).toBe(REJECT);
    expect(farewell(answer)).toMatchObject({ reason: WRONG_KEY, message: 'unknown terminal id or wrong key' });
    await terminal.closed;
    expect(harness.rejections).toMatchObject([{ reason, remoteAddress: '127.0.0.1' }]);
    expect(harness.sessions).toEqual([]);
  });

  it('refuses a hello that is proven for another challenge', async () => {
    await terminal.greet();
    terminal.send(helloFrame(Buffer.alloc(32, 1)));
    expect(farewell(await terminal.frame()).reason).toBe(WRONG_KEY);
  });

  it('tells a proven terminal why the policy refuses it', async () => {
    harness.admission = { accept: false, reason: 'wrong-login', message: 'log in as 7', retryAfterMs: 30_000 };
    const answer = farewell(await terminal.shakeHands());
    expect(answer).toEqual({ reason: WRONG_LOGIN, message: 'log in as 7', retryAfterMs: 30_000 });
    expect(harness.rejections).toMatchObject([{ reason: 'wrong-login', terminalId: 'MT5_05' }]);
  });

  it('answers a bridge of another version in words that every version understands', async () => {
    terminal.send(Buffer.from([0x4d, 0x54, 0x35, 0x47, 2, 3, 0, 0]));
    expect((await terminal.bytes(8)).toString('hex')).toBe('4d54354700000000');
    expect(farewell(await terminal.frame()).reason).toBe(PROTOCOL_VERSION);
    await terminal.closed;
    expect(harness.rejections).toMatchObject([{ reason: 'protocol-version' }]);
  });

  it('closes at the first wrong byte without a word', async () => {
    terminal.send(Buffer.from('G'));
    expect(await terminal.rest()).toHaveLength(0);
    expect(harness.rejections).toMatchObject([{ reason: 'garbage' }]);
  });

  it.each([
    ['a frame above 4096 bytes', Buffer.from('01100000020000000000000000', 'hex')],
    ['a request before its hello', frameBytes(0x0010, Buffer.alloc(50))],
    ['a hello that is too short', frameBytes(0x0002, Buffer.alloc(31))],
    ['a hello of zeros', frameBytes(0x0002, Buffer.alloc(200))],
  ])('refuses %s as malformed', async (_, bytes) => {
    await terminal.greet();
    terminal.send(bytes);
    expect(farewell(await terminal.frame()).reason).toBe(MALFORMED);
    await terminal.closed;
    expect(harness.rejections).toMatchObject([{ reason: 'malformed' }]);
  });

  it('notices a peer that leaves in the middle of a frame', async () => {
    const serverNonce = await terminal.greet();
    terminal.send(helloFrame(serverNonce).subarray(0, 60));
    terminal.socket.end();
    await harness.until(() => harness.rejections.length > 0);
    expect(harness.rejections).toMatchObject([{ reason: 'aborted' }]);
    expect(harness.listener.stats().connections).toBe(0);
  });
});

describe('the guard of the bridge port', () => {
  let harness: ListenerHarness;

  afterEach(() => harness.stop());

  it('ends a handshake 5 s after accept, however busily the peer dribbles bytes', async () => {
    harness = await ListenerHarness.start();
    const terminal = await ScriptedTerminal.dial(harness.port);
    await terminal.greet();
    for (const byte of helloFrame(Buffer.alloc(32)).subarray(0, 4)) {
      terminal.send(Buffer.of(byte));
      harness.clock.advance(1000);
    }
    expect(harness.listener.stats().handshaking).toBe(1);
    harness.clock.advance(1000);
    expect(farewell(await terminal.frame()).reason).toBe(HANDSHAKE_TIMEOUT);
    await terminal.closed;
    expect(harness.rejections).toMatchObject([{ reason: 'handshake-timeout' }]);
  });

  it('ends a connection that never says anything without a word', async () => {
    harness = await ListenerHarness.start();
    const terminal = await ScriptedTerminal.dial(harness.port);
    // A connection that another one follows has been accepted.
    await (await ScriptedTerminal.ready(harness.port)).leave();
    harness.clock.advance(5000);
    expect(await terminal.rest()).toHaveLength(0);
    expect(harness.rejections.map(({ reason }) => reason)).toContain('handshake-timeout');
  });

  it('closes a refused peer that does not read its reject after a second', async () => {
    harness = await ListenerHarness.start();
    const terminal = await ScriptedTerminal.dial(harness.port);
    await terminal.greet();
    terminal.socket.pause();
    terminal.send(frameBytes(0x0002, Buffer.alloc(200)));
    await harness.until(() => harness.rejections.length > 0);
    expect(harness.listener.stats().draining).toBe(1);
    harness.clock.advance(1000);
    expect(harness.listener.stats().connections).toBe(0);
    await terminal.leave();
  });

  it('shuts out an id after three failures a minute from one address, but never the right key', async () => {
    harness = await ListenerHarness.start();
    const reasonOf = async (masterSecret: string): Promise<number> => {
      const terminal = await ScriptedTerminal.dial(harness.port);
      const answer = await terminal.shakeHands({ masterSecret });
      await terminal.leave();
      return answer.type === REJECT ? farewell(answer).reason : 0;
    };
    const tries = [];
    for (let attempt = 0; attempt < 4; attempt++) tries.push(await reasonOf('guess'));
    expect(tries).toEqual([WRONG_KEY, WRONG_KEY, WRONG_KEY, TOO_MANY_FAILURES]);
    expect(await reasonOf('a master secret for tests')).toBe(0);
    harness.clock.advance(60_000);
    expect(await reasonOf('guess')).toBe(WRONG_KEY);
  });

  it('survives a policy that throws: that connection ends, the next one works', async () => {
    let calls = 0;
    harness = await ListenerHarness.start({
      policy: {
        keyOf: () => {
          if (calls++ === 0) throw new Error('database is away');
          return undefined;
        },
        admit: () => ({ accept: true, epoch: 1 }),
      },
    });
    const first = await ScriptedTerminal.dial(harness.port);
    first.send(PREAMBLE);
    await first.bytes(8);
    first.send(helloFrame((await first.frame()).payload));
    await first.closed;
    const second = await ScriptedTerminal.dial(harness.port);
    expect(farewell(await second.shakeHands()).reason).toBe(WRONG_KEY);
    await second.leave();
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TerminalAnswerError, type BridgePush, type BridgeSession } from '../../src/bridge/index.js';
import { ConnectionClosedError, RequestTimeoutError } from '../../src/bridge/bridge.errors.js';
import type { SessionClosed } from '../../src/bridge/connection.state.js';
import { farewell, ScriptedTerminal } from '../support/scripted-terminal.js';
import { frameBytes, wire } from '../support/wire-writer.js';
import { ListenerHarness } from './listener-harness.js';

const HEARTBEAT_MS = 5000;
const MORE = 1;
const BUSY = 0x0012;
const GOAWAY = 0x0013;
const GATEWAY_HEARTBEAT = 0x0011;
const RATES = 0x0040;
const OK = 0x0046;
const ERROR = 0x004f;
const SYMBOLS_CHANGED = 0x0062;

const rates = { type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'H1', start: 0, count: 100_000 } as const;
const restart = { type: 'restart' } as const;
const patient = { timeoutMs: 60_000 };

function pulse(): Buffer {
  return wire().i64(1_700_000_000_000).f64(1).i32(7200).u8(1).u32(0).u32(0).u32(0).i64(0).i32(0).i64(5_000_005).bytes();
}

describe('a session', () => {
  let harness: ListenerHarness;
  let terminal: ScriptedTerminal;
  let session: BridgeSession;
  let pushes: BridgePush[];
  let ends: SessionClosed[];

  beforeEach(async () => {
    harness = await ListenerHarness.start();
    terminal = await ScriptedTerminal.ready(harness.port);
    session = harness.session();
    pushes = [];
    ends = [];
    session.onPush((push) => pushes.push(push));
    session.onClosed((end) => ends.push(end));
  });

  afterEach(async () => {
    await terminal.leave();
    await harness.stop();
  });

  /** Lets everything that the terminal sent so far arrive: the gateway answers this question after it. */
  async function settled(): Promise<void> {
    const answer = session.request(restart, patient);
    const { requestId } = await terminal.frame();
    terminal.sendFrame(OK, undefined, requestId);
    await answer;
  }

  describe('what the protocol forbids inside a whole frame', () => {
    const bar = (time: number, realVolume: bigint) => {
      const fields = wire().i64(time).f64(1).f64(1).f64(1).f64(1).i64(5).i32(0).bytes();
      return Buffer.concat([fields, Buffer.from(new BigInt64Array([realVolume]).buffer)]);
    };
    const tooMuch = 2n ** 53n;

    it.each<[string, number, Buffer, RegExp]>([
      [
        'a real volume of 2^53',
        RATES,
        wire().u8(0).u16(2).raw(bar(60, 1n)).raw(bar(120, tooMuch)).bytes(),
        /MT5_05 answered rates-by-count of EURUSD H1 with .*a 64-bit integer does not fit 2\^53 \(in the bar of 120\)/,
      ],
      ['a price that is not a number', RATES, wire().u8(0).u16(1).rate(60, Number.NaN).bytes(), /in the bar of 60/],
      ['unknown flags', RATES, wire().u8(9).u16(0).bytes(), /EURUSD H1 .*9 is more than 3/],
      [
        'more rows than asked for',
        RATES,
        wire().u8(0).u16(4).rate(1, 1).rate(2, 1).rate(3, 1).rate(4, 1).bytes(),
        /3 rows/,
      ],
      ['the wrong type of answer', OK, Buffer.alloc(0), /ok is no answer to rates-by-count/],
      ['an error of an unknown code', ERROR, wire().u8(99).i32(0).string('').u32(0).bytes(), /99 is not one of the 13/],
    ])('fails the request that was answered with %s, and nothing else', async (_, type, payload, message) => {
      const bad = session.request({ ...rates, count: 3 }, patient);
      const good = session.request(restart, patient);
      const [first, second] = [await terminal.frame(), await terminal.frame()];
      terminal.sendFrame(type, payload, first.requestId);
      await expect(bad).rejects.toMatchObject({
        code: 'terminal-error',
        message: expect.stringMatching(message) as unknown,
        members: { terminal_id: 'MT5_05' },
      });
      terminal.sendFrame(OK, undefined, second.requestId);
      expect(await good).toEqual({ type: 'ok' });
      expect(ends).toEqual([]);
    });

    it('drops the later chunks of an answer that was given up', async () => {
      const bad = session.request(rates, patient);
      const { requestId } = await terminal.frame();
      terminal.sendFrame(RATES, wire().u8(0).u16(1).raw(bar(60, tooMuch)).bytes(), requestId, MORE);
      terminal.sendFrame(RATES, wire().u8(0).u16(1).raw(bar(120, 1n)).bytes(), requestId);
      await expect(bad).rejects.toMatchObject({ code: 'terminal-error' });
      await settled();
      expect(session.lateAnswers).toBe(1);
    });

    it('makes a push of bars say why it is of no use, under its own number', async () => {
      const series = wire().string('EURUSD').string('M5').u32(7).u8(1).raw(bar(300, tooMuch)).u16(1).raw(bar(0, 1n));
      terminal.sendFrame(0x0060, series.bytes());
      await settled();
      expect(pushes).toMatchObject([
        {
          ...{ type: 'bar', symbol: 'EURUSD', timeframe: 'M5', sequence: 7, closed: [], forming: undefined },
          fault: expect.stringContaining('does not fit 2^53 (in the bar of 300)') as unknown,
        },
      ]);
      expect(ends).toEqual([]);
    });

    it('takes a rewrite from an impossible time for one of everything', async () => {
      terminal.sendFrame(0x0061, wire().string('EURUSD').string('M5').i64(-1).bytes());
      await settled();
      expect(pushes).toMatchObject([
        { type: 'history-changed', symbol: 'EURUSD', timeframe: 'M5', from: 0, fault: expect.stringContaining('-1') },
      ]);
    });
  });

  describe('requests', () => {
    it('belong to their answers by id, in whatever order those come', async () => {
      const first = session.request({ type: 'subscribe', symbol: 'EURUSD', timeframe: 'H1' }, patient);
      const second = session.request(restart, patient);
      const asked = [await terminal.frame(), await terminal.frame()];
      expect(asked.map(({ type }) => type)).toEqual([0x0026, 0x0028]);
      expect(asked[0]?.payload).toEqual(wire().string('EURUSD').string('H1').bytes());
      expect(session.pendingRequests).toBe(2);
      terminal.sendFrame(OK, undefined, asked[1]?.requestId);
      expect(await second).toEqual({ type: 'ok' });
      terminal.sendFrame(0x0045, wire().u32(12).bytes(), asked[0]?.requestId);
      expect(await first).toEqual({ type: 'subscribed', sequence: 12 });
      expect(session.pendingRequests).toBe(0);
    });

    it('put 5000 bars together from interleaved chunks of two answers', async () => {
      const answers = [session.request(rates, patient), session.request(rates, patient)];
      const ids = [(await terminal.frame()).requestId, (await terminal.frame()).requestId];
      for (let chunk = 0; chunk < 5; chunk++) {
        for (const [index, id] of ids.entries()) {
          const payload = wire()
            .u8(chunk === 4 ? 1 : 0)
            .u16(1000);
          for (let row = 0; row < 1000; row++) payload.rate(chunk * 1000 + row, index + 1);
          terminal.sendFrame(RATES, payload.bytes(), id, chunk === 4 ? 0 : MORE);
        }
      }
      for (const [index, answer] of answers.entries()) {
        const { rates: bars, lastForming, reachesStart } = await answer;
        expect(bars.map(({ time }) => time)).toEqual(Array.from({ length: 5000 }, (_, row) => row));
        expect(bars.every(({ close }) => close === index + 1)).toBe(true);
        expect({ lastForming, reachesStart }).toEqual({ lastForming: true, reachesStart: false });
      }
    });

    it('time out alone; the late answer and its chunks are counted and dropped, the session lives on', async () => {
      const answer = session.request(rates, { timeoutMs: 2000 });
      const { requestId } = await terminal.frame();
      terminal.sendFrame(RATES, wire().u8(0).u16(1).rate(1, 1).bytes(), requestId, MORE);
      await settled();
      harness.clock.advance(2000);
      await expect(answer).rejects.toBeInstanceOf(RequestTimeoutError);
      await expect(answer).rejects.toMatchObject({ code: 'terminal-timeout', retryable: true });
      terminal.sendFrame(RATES, wire().u8(0).u16(1).rate(2, 1).bytes(), requestId, MORE);
      terminal.sendFrame(RATES, wire().u8(0).u16(1).rate(3, 1).bytes(), requestId);
      await settled();
      expect(session.lateAnswers).toBe(2);
      const told = { what: 'late-answer', peer: 'MT5_05', detail: `request ${requestId} was given up` };
      expect(harness.ignored).toMatchObject([told, told]);
      expect(ends).toEqual([]);
    });

    it('can be given up by a signal', async () => {
      const abort = new AbortController();
      const answer = session.request(rates, { ...patient, signal: abort.signal });
      abort.abort(new Error('the customer left'));
      await expect(answer).rejects.toThrow('the customer left');
      expect(session.pendingRequests).toBe(0);
      await expect(session.request(rates, { ...patient, signal: abort.signal })).rejects.toThrow('the customer left');
    });

    it.each([
      [8, 'history-loading', 'history-loading', true, 3],
      [9, 'indicator-loading', 'history-loading', true, 3],
      [3, 'unknown-symbol', 'terminal-error', true, 3],
    ])(
      'fail with what the terminal says (error %i)',
      async (number, bridgeCode, code, retryable, retryAfterSeconds) => {
        const answer = session.request(rates, patient);
        const { requestId } = await terminal.frame();
        terminal.sendFrame(ERROR, wire().u8(number).i32(4401).string('wait\n').u32(2500).bytes(), requestId);
        await expect(answer).rejects.toBeInstanceOf(TerminalAnswerError);
        await expect(answer).rejects.toMatchObject({
          code,
          bridgeCode,
          retryable,
          retryAfterSeconds,
          members: { terminal_error: { code: bridgeCode, terminal_code: 4401, message: 'wait?' } },
        });
      },
    );

    it('fail at once when the connection ends, and after it', async () => {
      const answer = session.request(rates, patient);
      await terminal.leave();
      await expect(answer).rejects.toBeInstanceOf(ConnectionClosedError);
      await expect(session.request(rates, patient)).rejects.toMatchObject({ code: 'terminal-disconnected' });
      expect(ends).toMatchObject([{ reason: expect.stringMatching(/^(peer-closed|socket-error)$/) }]);
    });
  });

  describe('pushes', () => {
    it('arrive in order', async () => {
      terminal.sendFrame(0x0010, pulse());
      const bar = wire().string('EURUSD').string('H1').u32(7).u8(1).rate(7200, 1.2, 9).u16(1).rate(3600, 1.1);
      terminal.sendFrame(0x0060, bar.bytes());
      terminal.sendFrame(0x0061, wire().string('EURUSD').string('H1').i64(3600).bytes());
      terminal.sendFrame(SYMBOLS_CHANGED);
      await settled();
      expect(pushes.map(({ type }) => type)).toEqual(['heartbeat', 'bar', 'history-changed', 'symbols-changed']);
      expect(pushes[0]).toMatchObject({ serverTimeMs: 1_700_000_000_000, clockRate: 1, brokerConnected: true });
      expect(pushes[1]).toMatchObject({
        sequence: 7,
        forming: { time: 7200, tickVolume: 9 },
        closed: [{ time: 3600 }],
      });
    });

    it('of an optional kind that the gateway does not know are ignored and counted', async () => {
      terminal.sendFrame(0x8001, Buffer.from('from the future'));
      await settled();
      expect(harness.frames).toContainEqual({ direction: 'in', type: 'extension' });
      expect(harness.ignored).toEqual([
        { what: 'extension-frame', peer: 'MT5_05', remoteAddress: '127.0.0.1', detail: 'type 0x8001, 15 bytes' },
      ]);
      expect(pushes).toEqual([]);
    });

    it('that come after the last words of the gateway are told once for the connection', async () => {
      session.goaway('reconnect', { message: 'a test', retryAfterMs: 0 });
      // Both ends live in this process: these are on their way before the goaway can have been read.
      terminal.sendFrame(SYMBOLS_CHANGED);
      terminal.send(frameBytes(SYMBOLS_CHANGED), frameBytes(0x8001));
      await terminal.closed;
      expect(ends).toMatchObject([{ reason: 'reconnect' }]);
      expect(harness.ignored).toMatchObject([{ what: 'after-goodbye', peer: 'MT5_05' }]);
      expect(pushes).toEqual([]);
    });

    it('that come together with the one that breaks the protocol are told once', async () => {
      terminal.send(frameBytes(0x00ff), frameBytes(SYMBOLS_CHANGED), frameBytes(SYMBOLS_CHANGED));
      await terminal.closed;
      expect(ends).toMatchObject([{ reason: 'protocol-error' }]);
      expect(harness.ignored).toMatchObject([{ what: 'after-goodbye', peer: 'MT5_05' }]);
      expect(pushes).toEqual([]);
    });

    it('that make a listener throw end this session only', async () => {
      session.onPush(() => {
        throw new Error('a bug of ours');
      });
      terminal.sendFrame(SYMBOLS_CHANGED);
      await terminal.closed;
      expect(ends).toMatchObject([{ reason: 'internal-error', detail: 'a bug of ours' }]);
    });
  });

  describe('the pulse', () => {
    it('of the gateway beats every interval', async () => {
      harness.clock.advance(2 * HEARTBEAT_MS);
      const beats = [await terminal.frame(), await terminal.frame()];
      expect(beats.map(({ type }) => type)).toEqual([GATEWAY_HEARTBEAT, GATEWAY_HEARTBEAT]);
      expect(Number(beats[1]?.payload.readBigInt64LE(0))).toBe(harness.clock.nowMs());
    });

    it('of a silent bridge ends the session after three intervals, our own heartbeats notwithstanding', async () => {
      harness.clock.advance(3 * HEARTBEAT_MS - 1);
      expect(ends).toEqual([]);
      harness.clock.advance(1);
      expect(ends).toEqual([{ reason: 'silent', detail: 'no bytes for 15000 ms' }]);
      await terminal.closed;
    });

    it('is any byte, even of an unfinished frame', async () => {
      harness.clock.advance(2 * HEARTBEAT_MS);
      await terminal.frame();
      await terminal.frame();
      terminal.send(frameBytes(SYMBOLS_CHANGED), frameBytes(SYMBOLS_CHANGED).subarray(0, 5));
      await new Promise<void>((resolve) => session.onPush(() => resolve()));
      expect(session.lastReceivedMs).toBe(harness.clock.monotonicMs());
      harness.clock.advance(3 * HEARTBEAT_MS - 1);
      expect(ends).toEqual([]);
    });

    it('may pause for as long as the bridge announced to be busy', async () => {
      terminal.sendFrame(BUSY, wire().u32(45_000).bytes());
      await settled();
      expect(session.busyUntilMs).toBe(45_000);
      harness.clock.advance(45_000 + 3 * HEARTBEAT_MS - 1);
      expect(ends).toEqual([]);
      harness.clock.advance(1);
      expect(ends).toMatchObject([{ reason: 'silent' }]);
    });
  });

  describe('the end', () => {
    it('by goaway tells the bridge why and when to come back, and fails what waits', async () => {
      const answer = session.request(rates, patient);
      await terminal.frame();
      session.goaway('superseded', { message: 'a newer session', retryAfterMs: 60_000 });
      await expect(answer).rejects.toMatchObject({ code: 'terminal-disconnected' });
      const frame = await terminal.frame();
      expect(frame.type).toBe(GOAWAY);
      expect(farewell(frame)).toEqual({ reason: 1, message: 'a newer session', retryAfterMs: 60_000 });
      await terminal.closed;
      expect(ends).toEqual([{ reason: 'superseded', detail: 'a newer session' }]);
      session.goaway('idle', { message: 'again', retryAfterMs: 0 });
      session.destroy('again');
      expect(ends).toHaveLength(1);
    });

    it('by goaway does not wait for a bridge that never closes', async () => {
      terminal.socket.pause();
      session.goaway('reconnect', { message: 'dial again', retryAfterMs: 0 });
      harness.clock.advance(1000);
      expect(harness.listener.stats().connections).toBe(0);
    });

    it('by the bridge comes with its reason', async () => {
      terminal.sendFrame(GOAWAY, wire().u8(2).string('terminal closes').u32(0).bytes());
      await terminal.closed;
      expect(pushes).toMatchObject([{ type: 'goaway', reason: 'shutting-down' }]);
      expect(ends).toEqual([{ reason: 'peer-goaway', detail: 'shutting-down: terminal closes' }]);
    });

    it.each([
      ['an unknown message', frameBytes(0x0777)],
      ['an announced frame above the cap', frameBytes(RATES, Buffer.alloc(0)).fill(0xff, 0, 4)],
      ['an answer to a request that was never sent', frameBytes(OK, Buffer.alloc(0), 99)],
      ['a heartbeat that is cut short', frameBytes(0x0010, pulse().subarray(1))],
      ['a busy of more than two minutes', frameBytes(BUSY, wire().u32(120_001).bytes())],
      ['a second hello', frameBytes(0x0002, Buffer.alloc(100))],
      ['a message that only the gateway sends', frameBytes(GATEWAY_HEARTBEAT, Buffer.alloc(8))],
    ])('follows %s: the bridge is told, the connection closes', async (_, bytes) => {
      terminal.send(bytes);
      const frame = await terminal.frame();
      expect(frame.type).toBe(GOAWAY);
      expect(farewell(frame).reason).toBe(5);
      await terminal.closed;
      expect(ends).toMatchObject([{ reason: 'protocol-error' }]);
    });

    it('follows an answer that is shorter than its fields', async () => {
      const answer = session.request(rates, patient);
      const { requestId } = await terminal.frame();
      terminal.sendFrame(RATES, wire().u8(0).u16(2).rate(1, 1).bytes(), requestId);
      await expect(answer).rejects.toBeInstanceOf(ConnectionClosedError);
      expect(ends[0]?.detail).toContain('the payload ends');
    });

    it('comes to a bridge that does not read, before its output takes more than about a megabyte', async () => {
      terminal.socket.pause();
      const parameters = Array.from({ length: 64 }, () => ({ type: 'string', value: 'x'.repeat(1000) }) as const);
      const heavy = { ...rates, type: 'indicator-buffers', indicator: 'x', buffers: [0], parameters } as const;
      const answers: Promise<unknown>[] = [];
      while (!session.ended && answers.length < 1000) answers.push(session.request(heavy, patient));
      expect(ends).toMatchObject([{ reason: 'slow-reader' }]);
      const outcomes = await Promise.allSettled(answers);
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nameBytes, u32 } from '../conformance/checks/rates.checks.js';
import { type BridgeRequest, encodeFrame } from '../src/bridge/index.js';
import type { IndicatorParameter } from '../src/bridge/messages.js';
import { type BuiltBridge, buildBridge } from './bridge-under-test.js';
import { BridgeSession, outcomeOf } from './bridge-session.js';

/** Of this kind of terminal: it shows the newest bars of a series that still loads, and copies of them without an error. */
const TEMPTING_SEED = 8;
const BULK = 5000;
const BULK_ROUNDS = 9;
const RATES_REQUEST = 0x0020;
const INDICATOR_REQUEST = 0x0022;
const MAX_LINES = 16;

const byCount = (timeframe: string, count: number, symbol = 'EURUSD'): BridgeRequest => {
  return { type: 'rates-by-count', symbol, timeframe, start: 0, count };
};
const ofBuffers = (buffers: readonly number[], parameters: IndicatorParameter[] = []): BridgeRequest => {
  return {
    type: 'indicator-buffers',
    symbol: 'EURUSD',
    timeframe: 'H1',
    indicator: 'FractalLines',
    buffers,
    parameters,
    count: 50,
  };
};

describe('a session of the Expert Advisor', () => {
  let built: BuiltBridge;
  let here: BridgeSession;

  beforeAll(async () => {
    built = await buildBridge();
    here = await BridgeSession.open(built, { seed: TEMPTING_SEED });
  });
  afterAll(async () => {
    const code = await here.close();
    expect({ code, journal: code === 0 ? '' : here.program.journal }).toEqual({ code: 0, journal: '' });
  });

  describe('tells the operator what to correct when the gateway asks for', () => {
    it.each([
      [
        'an unknown symbol',
        'unknown-symbol',
        byCount('H1', 1, 'EURUSD.x'),
        /asked in vain: the broker offers no symbol "EURUSD\.x".*\. Correct the symbols .* config\/terminals\.json/,
      ],
      [
        'live bars of an unknown symbol',
        'unknown-symbol',
        { type: 'subscribe', symbol: 'XAU', timeframe: 'H1' },
        /asked in vain: the broker offers no symbol "XAU".*config\/terminals\.json/,
      ],
      [
        'an unknown timeframe',
        'unknown-timeframe',
        byCount('M7', 1),
        /asked in vain: MetaTrader has no timeframe "M7"\. Correct the timeframes in the gateway's configuration/,
      ],
      [
        'an unknown buffer',
        'unknown-buffer',
        ofBuffers([511]),
        /asked in vain: FractalLines has no buffer 511\. Correct its buffers in the gateway's config\/indicators\.json/,
      ],
      [
        'more parameters than the indicator has',
        'bad-parameters',
        ofBuffers(
          [0],
          Array.from({ length: 63 }, () => ({ type: 'int', value: 7 })),
        ),
        /asked in vain: .*FractalLines.*Compare its parameters in the gateway's config\/indicators\.json/,
      ],
    ] as [string, string, BridgeRequest, RegExp][])('%s', async (_what, code, request, line) => {
      expect(await here.refusal(request)).toBe(code);
      await here.program.says(line);
    });

    it('65 parameters', async () => {
      const parameters = Array.from({ length: 65 }, () => [1, 7, 0, 0, 0]).flat();
      const head = [nameBytes('EURUSD'), nameBytes('H1'), nameBytes('FractalLines'), u32(10), Buffer.from([1, 0, 0])];
      const payload = Buffer.concat([...head, Buffer.from([65, ...parameters])]);
      const { id, answer } = here.session.expect('indicator-buffers');
      here.session.connection.write(encodeFrame({ number: INDICATOR_REQUEST, requestId: id, more: false, payload }));
      expect(outcomeOf((await answer).message)).toBe('malformed-request');
      await here.program.says(
        /asked in vain: .* 65 parameters; at most 64 .* correct it in the gateway's config\/indicators\.json/,
      );
    });

    it('a request that is cut off in the middle of a field', async () => {
      const { id, answer } = here.session.expect('rates-by-count');
      const payload = Buffer.concat([nameBytes('EURUSD'), nameBytes('H1'), u32(0)]);
      here.session.connection.write(encodeFrame({ number: RATES_REQUEST, requestId: id, more: false, payload }));
      expect(outcomeOf((await answer).message)).toBe('malformed-request');
      await here.program.says(/asked in vain: .* it ends at byte 16, in the middle of a field.* install the bridge/);
    });

    it('each fault once, few at a time, and again after some minutes', async () => {
      const lines = () => here.program.journal.match(/asked in vain/g)!.length;
      const ghosts = Array.from({ length: 40 }, (_, index) => byCount('H1', 1, `GHOST${index}`));
      for (const ghost of [...ghosts, ...ghosts]) expect(await here.refusal(ghost)).toBe('unknown-symbol');
      await here.program.says(/asks in vain for more than can be written here/);
      expect(lines()).toBe(MAX_LINES);
      await here.program.order('advance 600000');
      // What was said is forgotten a moment after the clock has jumped.
      await here.session.request({ type: 'account' });
      await here.session.request({ type: 'account' });
      for (const ghost of ghosts) expect(await here.refusal(ghost)).toBe('unknown-symbol');
      await here.program.until(() => lines() > MAX_LINES, 'it was not said again');
      expect(lines()).toBeLessThanOrEqual(2 * MAX_LINES);
    });
  });

  it('answers nothing of an indicator that has not calculated the newest bar', async () => {
    expect(await here.refusal(ofBuffers([0, 1]))).toBe('buffers');
    await here.program.order('hold-indicators');
    await here.program.order('advance-market 3600000');
    await here.program.order('tick EURUSD');
    expect(outcomeOf((await here.session.request(ofBuffers([0, 1]))).message)).toBe('indicator-loading');
    await here.program.order('free-indicators');
    const rates = await here.ask(byCount('H1', 1));
    const buffers = await here.ask(ofBuffers([0, 1]));
    expect(buffers.type === 'buffers' && buffers.times.at(-1)).toBe(rates.type === 'rates' && rates.rates[0]!.time);
  });

  it('answers nothing of a series that still loads, however much of it is there', async () => {
    expect(await here.refusal(byCount('H1', 10))).toBe('rates');
    await here.program.order('loading EURUSD H1 600000');
    expect(outcomeOf((await here.session.request(byCount('H1', 10))).message)).toBe('history-loading');
    // The call that makes the terminal load may block: the gateway hears of it before, and when it is over.
    const { pauses } = here.session;
    await here.session.until(() => pauses.at(-1)?.message.durationMs === 0, 30_000, 'no BUSY came');
    expect(pauses.some(({ message }) => message.durationMs > 0)).toBe(true);
    await here.program.order('loading EURUSD H1 0');
    expect(await here.refusal(byCount('H1', 10))).toBe('rates');
  });

  it('answers 5000 bars in one request, as fast as the timer lets it', async () => {
    await here.ask(byCount('H1', BULK));
    const took: number[] = [];
    for (let round = 0; round < BULK_ROUNDS; round += 1) {
      const { message, tookMs } = await here.session.request(byCount('H1', BULK));
      expect(message.type === 'rates' && message.rates.length).toBe(BULK);
      took.push(tookMs);
    }
    const [least, median] = [took.sort((a, b) => a - b)[0]!, took[(BULK_ROUNDS - 1) / 2]!];
    process.stderr.write(
      `  5000 bars alone: ${Math.round(median)} ms in the middle, ${Math.round(least)} ms at best\n`,
    );
  });

  it('leaves a gateway that does not take its data, and comes back with nothing of the old session', async () => {
    here.socket.pause();
    const { connection } = here.session;
    const line = /the gateway does not take its data; the bridge dials again by itself/;
    // What a socket holds on its way is the system's own affair, so there is more and more to be answered.
    for (let round = 0; round < 40 && !line.test(here.program.journal); round += 1) {
      for (let request = 0; request < 2000; request += 1) {
        here.session.request({ type: 'account' }).catch(() => undefined);
      }
      await here.program.order('tick EURUSD');
    }
    await here.program.says(line);
    await here.next();
    expect(connection).not.toBe(here.session.connection);
    expect(outcomeOf((await here.session.request({ type: 'account' })).message)).toBe('account-info');
    expect(here.session.problem).toBeUndefined();
  });

  it('makes no plain call on a socket that speaks TLS', async () => {
    const run = { inputs: { InpUseTls: true }, environment: { MQL_TLS: 'plain' }, seed: TEMPTING_SEED };
    const other = await BridgeSession.open(built, run);
    try {
      const answer = await other.ask(byCount('H1', BULK));
      expect(answer.type === 'rates' && answer.rates.length).toBe(BULK);
    } finally {
      expect(await other.close()).toBe(0);
    }
  });

  it('knows when each month ends', async () => {
    const noonOfLastDay = (month: number) => Date.UTC(2026, month + 1, 0, 12);
    const start = noonOfLastDay(0);
    const environment = { MQL_CLOCK_START_MS: String(start) };
    const other = await BridgeSession.open(built, { seed: TEMPTING_SEED, environment });
    try {
      // Through a February of 29 days.
      for (let month = 0, at = start; month < 26; month += 1) {
        await other.program.order(`advance-market ${noonOfLastDay(month) - at}`);
        at = noonOfLastDay(month);
        await other.program.order('tick BTCUSD');
        const answer = await other.ask(byCount('MN1', 1, 'BTCUSD'));
        const received = answer.type === 'rates' ? [answer.rates[0]!.time, answer.lastForming] : answer;
        expect(received).toEqual([Date.UTC(2026, month, 1) / 1000, true]);
      }
    } finally {
      expect(await other.close()).toBe(0);
    }
  });
});

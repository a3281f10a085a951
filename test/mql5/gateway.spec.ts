import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { SeriesSnapshot } from '../../src/candles/index.js';
import { symbolName, type Timeframe } from '../../src/market/index.js';
import { told } from '../conformance/suite-under-test.js';
import { GatewaySetup, type GatewayUnderTest, MASTER_SECRET } from '../support/gateway-under-test.js';
import { buildProgram } from '../../mql5-harness/build.js';
import {
  type BuiltBridge,
  buildBridge,
  MASTER_SECRET as SUITE_SECRET,
  TERMINAL_ID,
} from '../../mql5-harness/bridge-under-test.js';
import { conform, tryOut } from '../../mql5-harness/conform.js';
import { Coverage } from '../../mql5-harness/coverage.js';
import { ProgramClock } from '../../mql5-harness/program-clock.js';
import { ProgramProcess, type ProgramRun } from '../../mql5-harness/program-process.js';

const INDICATORS = {
  source: 'terminal',
  terminal: [
    {
      indicator: 'FractalLines',
      parameters: [],
      buffers: {
        ...numbered(0, 'fractal_peaks', 'fractal_bottoms'),
        ...numbered(4, 'peak_1', 'peak_2', 'peak_3', 'bottom_1', 'bottom_2', 'bottom_3'),
        ...numbered(10, 'ascending_1', 'ascending_2', 'ascending_3', 'descending_1', 'descending_2', 'descending_3'),
      },
      empty_values: [],
    },
  ],
};
/** A few seconds before a bar of M1 and one of H1 end. */
const NEARLY_ONE = Date.UTC(2026, 2, 11, 12, 59, 50);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RECONNECTS = 51;
/** Of a bar, in the order in which the runtime tells them. */
const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'tickVolume', 'spread', 'realVolume'] as const;
const ACCOUNT = { MQL_LOGIN: '1000', MQL_SERVER: 'Test-Server' };
const UNLIMITED = { per_minute: 100_000 };

function numbered(first: number, ...names: string[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, first + index]));
}

describe('the Expert Advisor and a real gateway', () => {
  const coverage = new Coverage();
  let built: BuiltBridge;
  let gateway: GatewayUnderTest;
  let bridge: ProgramProcess;

  const dial = (run: ProgramRun = {}, changes: { masterSecret?: string; terminalId?: string; port?: number } = {}) => {
    const where = { port: gateway.pool.address.port, masterSecret: MASTER_SECRET, ...changes };
    const environment = { ...ACCOUNT, ...coverage.environment, ...run.environment };
    return built.start(where, { ...run, environment });
  };
  const find = (symbol: string, timeframe: Timeframe): SeriesSnapshot => {
    return gateway.series.find(symbolName(symbol), timeframe)!;
  };
  /** Closed bars at the gateway up to this time, as the runtime tells its own. */
  const atGateway = (symbol: string, timeframe: Timeframe, upTo: number, count: number): number[][] => {
    const { closed } = find(symbol, timeframe);
    const bars = closed
      .slice(0, closed.lowerBound(upTo + 1))
      .slice(-count)
      .toArray();
    return bars.map((bar) => COLUMNS.map((column) => bar[column]));
  };
  const atTerminal = async (symbol: string, timeframe: Timeframe, count: number): Promise<number[][]> => {
    const { bars } = await bridge.order(`bars ${symbol} ${timeframe} ${count + 1}`);
    return (bars as number[][]).slice(0, -1);
  };
  /** Resolves when the gateway has what the terminal has now, closed bar by closed bar. */
  const agree = async (symbol: string, timeframe: Timeframe, count = 300): Promise<void> => {
    const wanted = await atTerminal(symbol, timeframe, count);
    const got = () => atGateway(symbol, timeframe, wanted.at(-1)![0]!, count);
    await gateway.until(() => JSON.stringify(got()) === JSON.stringify(wanted)).catch(() => undefined);
    expect(got()).toEqual(wanted);
  };
  const health = () => gateway.ask<Health>('/api/health', { key: null });

  beforeAll(async () => {
    // A mutation run asks only whether something fails.
    built = await buildBridge({ coverage: process.env['MQL5_RUNS'] === undefined });
    gateway = await new GatewaySetup()
      .terminal(TERMINAL_ID, 'EURUSD', 'XAUUSD')
      .tiers({ name: 'PRO', rank: 1, symbols: ['*'], timeframes: ['M1', 'H1'], limits: UNLIMITED })
      .indicators(INDICATORS)
      .environment({ ALLOW_SIMULATOR: 'false' })
      .withoutTerminals()
      .start();
  });
  afterAll(async () => {
    await gateway?.close();
    coverage.remove();
  });

  describe('that it may not enter', () => {
    const alone: ProgramProcess[] = [];
    afterEach(async () => {
      const codes = await Promise.all(alone.splice(0).map((one) => one.stop()));
      expect(codes.filter((code) => code !== 0)).toEqual([]);
    });

    const httpPort = () => Number(new URL(gateway.url).port);
    it.each([
      [
        'the key is wrong',
        () => dial({}, { masterSecret: 'another master secret, 32 characters long' }),
        /Compare the inputs InpTerminalId .* npm run keys -- terminal MT5_05/,
      ],
      [
        'the terminal id is wrong',
        () => dial({}, { terminalId: 'MT5_99' }),
        /Compare the inputs InpTerminalId \(now "MT5_99"\)/,
      ],
      [
        'the account is another one',
        () => dial({ environment: { MQL_LOGIN: '999' } }),
        /logged in to account 999, the gateway expects another one.*config\/terminals.json/,
      ],
      [
        'the broker server is another one',
        () => dial({ environment: { MQL_SERVER: 'Other-Live' } }),
        /broker server is "Other-Live", the gateway expects another one/,
      ],
      [
        'nobody is logged in',
        () => dial({ environment: { MQL_LOGIN: '0' } }),
        /not logged in to an account\. Log in \(File > Login to Trade Account\)/,
      ],
      [
        'the host is not allowed',
        () => dial({ environment: { MQL_ALLOWED_HOSTS: 'example.com' } }),
        /Tools > Options > Expert Advisors: tick "Allow WebRequest for listed URL" and add 127\.0\.0\.1/,
      ],
      [
        'the port is that of HTTP',
        () => dial({}, { port: httpPort() }),
        /is not the gateway's bridge port.*BRIDGE_PORT, not its HTTP port|ended the connection in the handshake/,
      ],
      [
        'TLS is on here only',
        () => dial({ inputs: { InpUseTls: true } }),
        /TLS with .* failed \(error 5274\).*set InpUseTls to false/,
      ],
    ])('when %s it says what to do', async (_what, start, advice) => {
      const one = start();
      alone.push(one);
      await one.says(advice);
      expect(gateway.pool.stats().connected).toBe(0);
    });

    it('when the other side says nothing it leaves after 10 s, and says what to look at', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      try {
        const one = dial({}, { port: (silent.address() as AddressInfo).port });
        alone.push(one);
        await one.reported('connected');
        await one.order('advance 11000');
        await one.says(/accepted the connection but said nothing for 10 s\. Is it the gateway's bridge port/);
        await one.reported('closed');
      } finally {
        silent.close();
      }
    });

    it.each([
      ['InpKey', 'abc', /InpKey is not a key of 64 hexadecimal digits.*npm run keys/],
      ['InpPort', 0, /InpPort is not a port number/],
      ['InpHost', ' ', /InpHost is empty/],
      ['InpTerminalId', '', /InpTerminalId is empty/],
    ])('does not start with a wrong %s, and says how to correct it', async (name, value, advice) => {
      const one = dial({ inputs: { [name]: value } });
      expect(await one.end()).toBe(72);
      expect(one.journal).toMatch(advice);
      expect(one.journal).toContain('Open the inputs of the Expert Advisor');
    });
  });

  describe('that it belongs to', () => {
    beforeAll(async () => {
      bridge = dial({
        environment: { MQL_CLOCK_START_MS: String(NEARLY_ONE) },
        inputs: { InpSymbols: 'EURUSD, EURUS' },
      });
      await gateway.untilLive();
    });
    afterAll(async () => {
      const code = await bridge.stop();
      expect({ code, journal: code === 0 ? '' : bridge.journal }).toEqual({ code: 0, journal: '' });
    });

    it('makes its terminal green and serves every series with the bars of the terminal', async () => {
      expect(await health()).toMatchObject({ status: 200, body: { status: 'ok', connected_terminals: 1 } });
      expect(bridge.journal).toMatch(/connected to the gateway at 127\.0\.0\.1:\d+ as MT5_05 \(session \d+\)/);
      expect(bridge.journal).toMatch(
        /no symbol "EURUS".*Write the name in InpSymbols as it stands in Market Watch\. Did you mean EURUSD\?/,
      );
      for (const symbol of ['EURUSD', 'XAUUSD']) {
        for (const timeframe of ['M1', 'H1'] as const) await agree(symbol, timeframe, 5000);
      }
    });

    it('pushes a bar when it closes', async () => {
      const closed = () => find('EURUSD', 'M1').closed.lastTime;
      const before = closed()!;
      const now = performance.now();
      await bridge.order('advance-market 60000');
      await gateway.until(() => closed()! > before);
      process.stderr.write(`  a bar that closed was in the series ${Math.round(performance.now() - now)} ms later\n`);
      await agree('EURUSD', 'M1');
    });

    it('reads the buffers of FractalLines in the terminal', async () => {
      const ask = () => gateway.ask<Indicators>('/api/v1/indicators/EURUSD/H1?bars=1000');
      let answer = await ask();
      // It is being calculated: asked again as a customer would, until it is there.
      for (let attempt = 0; attempt < 200 && answer.status === 503; attempt += 1) {
        await bridge.order('tick EURUSD');
        answer = await ask();
      }
      const { status, body } = answer;
      expect({ status, source: body.data?.metadata.indicator_source }).toEqual({ status: 200, source: 'terminal' });
      // A moment of the past is always computed in the gateway: the same bars have to give the same.
      const asOf = find('EURUSD', 'H1').closed.lastTime!;
      const engine = await gateway.ask<Indicators>(`/api/v1/indicators/EURUSD/H1?bars=1000&as_of=${asOf}`);
      expect(engine.body.data?.metadata.indicator_source).toBe('engine');
      const [read, computed] = [drawn(body.data, asOf), drawn(engine.body.data, asOf)];
      expect(read.length).toBeGreaterThan(500);
      expect(read.map(([place]) => place)).toEqual(computed.map(([place]) => place));
      const differs = read.filter(([, value], index) => Math.abs(value / computed[index]![1] - 1) > 1e-9);
      expect(differs).toEqual([]);
    });

    it.each([
      ['the terminal loses its broker', 'drop-broker', /has lost its broker.*connection status/],
      ['the broker is back', 'join-broker', /connected to its broker again/],
    ])('says so when %s', async (_what, order, line) => {
      await bridge.order(order);
      await bridge.says(line);
    });

    it('repairs what the broker rewrote', async () => {
      await bridge.order('rewrite EURUSD H1 3');
      await bridge.says(/the broker rewrote bars of the past; the gateway was told/);
      await agree('EURUSD', 'H1');
    });

    it('survives a symbol that disappears, and names it', async () => {
      await bridge.order('vanish XAUUSD');
      await bridge.says(/XAUUSD is gone: the broker removed or renamed it\. Correct the input InpSymbols/);
      await agree('EURUSD', 'M1');
      await bridge.order('restore XAUUSD');
    });

    it('loses and doubles nothing when the link breaks in the middle of a push', async () => {
      for (const bytes of [90, 140, 200]) {
        const connections = bridge.events.filter(({ event }) => event === 'connected').length;
        const from = bridge.journal.length;
        const cuts = bridge.events.filter(({ event }) => event === 'cut').length;
        await bridge.order(`cut-at-send ${bytes}`);
        await bridge.order('advance-market 60000');
        await bridge.reported('cut', cuts + 1);
        await bridge.says(/the connection to the gateway broke.*dials again by itself/, from);
        // The pause before it dials.
        await bridge.order('advance 16000');
        await bridge.reported('connected', connections + 1);
        await gateway.untilLive('EURUSD');
        await agree('EURUSD', 'M1');
        await agree('EURUSD', 'H1');
        const { time } = find('EURUSD', 'M1').closed;
        expect(time.every((open, index) => index === 0 || open > time[index - 1]!)).toBe(true);
      }
    });

    it('comes back after the gateway was away for an hour, and filled no journal meanwhile', async () => {
      const from = bridge.journal.length;
      await gateway.stopGateway();
      await bridge.says(/the gateway ended the session/, from);
      const complaints = () => bridge.journal.slice(from).match(/no connection to the gateway/g)?.length ?? 0;
      // The first three are told at once, what follows once an hour.
      for (let dials = 1; dials <= 3; dials += 1) {
        await bridge.order('advance 16000');
        await bridge.until(() => complaints() >= dials, 'it did not dial');
      }
      for (let part = 0; part < 6; part += 1) {
        await bridge.order(`advance ${HOUR_MS / 6}`);
        await bridge.order('advance 16000');
      }
      await bridge.says(/no connection to the gateway at .* Is it running.* Tried \d+ times in 6\d minutes/, from);
      expect(complaints()).toBe(4);
      await gateway.startGateway();
      await bridge.order('advance 16000');
      await bridge.says(/connected to the gateway at .* after \d+ failed attempts/, from);
      await gateway.untilLive();
      await agree('XAUUSD', 'M1');
    });
  });

  it('has a probe that tells its hundred facts in order, and leaves nothing behind', async () => {
    const { path } = await buildProgram('Scripts/HarnessProbe.mq5');
    const inputs = { InpPort: gateway.pool.address.port, InpFreshSymbol: 'XAUUSD' };
    const environment = { MQL_INDICATORS: built.indicators, MQL_CLOCK_SCALE: '4' };
    const probe = new ProgramProcess(path, { inputs, environment });
    const code = await probe.end();
    expect({ code, journal: code === 0 ? '' : probe.journal }).toEqual({ code: 0, journal: '' });
    const numbers = [...probe.journal.matchAll(/^PROBE (\d+) .+=.*$/gm)].map((match) => Number(match[1]));
    expect(numbers).toEqual(Array.from({ length: 101 }, (_, number) => number));
    expect(probe.journal).not.toMatch(/not tried|not installed|no gateway to try/);
  });

  it('stays as small as it was over a day with fifty reconnects', async () => {
    const clock = new ProgramClock();
    const only = [
      'handshake.fresh-nonce',
      'reconnect.drop',
      'reconnect.backoff',
      'rates.by-count',
      'indicator.buffers',
    ];
    const environment = { ...coverage.environment, MQL_IDLE_JUMP: '1' };
    const started: { port: number; program: ProgramProcess }[] = [];
    const part = () =>
      tryOut(clock, { only, heartbeatMs: 300, port: started[0]?.port ?? 0 }, (port) => {
        if (started.length > 0) return;
        started.push({ port, program: built.start({ port, masterSecret: SUITE_SECRET }, { clock, environment }) });
      });
    expect(told(await part(), 'failed')).toEqual([]);
    const { program } = started[0]!;
    const connections = () => program.events.filter(({ event }) => event === 'connected').length;
    const before = await program.order('stats');
    while (connections() < RECONNECTS) {
      await program.order(`advance ${DAY_MS / 6}`);
      expect(told(await part(), 'failed')).toEqual([]);
    }
    const { ticks, sockets, indicators, heap } = await program.order('stats');
    expect(Number(ticks)).toBeGreaterThan(DAY_MS);
    expect({ sockets: Number(sockets) <= 1, indicators }).toEqual({ sockets: true, indicators: 1 });
    const grownKb = Math.round((Number(heap) - Number(before.heap)) / 1024);
    process.stderr.write(
      `  ${connections()} connections in ${Math.round(Number(ticks) / HOUR_MS)} h: ${grownKb} KB more\n`,
    );
    // The terminal's own bars of the day; what one connection needs, kept fifty times, would be more.
    expect(grownKb).toBeLessThan(1024);
    expect(await program.stop()).toBe(0);
  });

  it('runs at least 90 of 100 of its lines in these scenarios', async () => {
    const { exitCodes } = await conform(built, { seed: 7, environment: coverage.environment });
    expect(exitCodes).toEqual([0, 0]);
    const report = await coverage.of(built.folder);
    process.stderr.write(`${report.table}\n`);
    expect(report.share).toBeGreaterThanOrEqual(0.9);
  });
});

/** Every point of the lines and fractals up to this time, by the path that it stands at. */
function drawn(part: unknown, upTo: number, path = ''): [place: string, value: number][] {
  if (typeof part !== 'object' || part === null) return [];
  const { time, value } = part as { time?: number; value?: number };
  if (typeof time === 'number' && typeof value === 'number') return time <= upTo ? [[`${path} ${time}`, value]] : [];
  return Object.entries(part).flatMap(([name, inner]) => {
    return drawn(inner, upTo, Array.isArray(part) ? path : `${path}.${name}`);
  });
}

interface Health {
  readonly status: string;
  readonly connected_terminals: number;
}

interface Indicators {
  readonly data?: { readonly metadata: { readonly indicator_source: string } };
}

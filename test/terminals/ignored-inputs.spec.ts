import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { Registry } from 'prom-client';
import {
  deriveAgentKey,
  encodeAgentHello,
  encodeAgentReport,
  encodeMessage,
  type Frame,
  GatewayLink,
} from '../../src/bridge/index.js';
import { IgnoredInputsObserver } from '../../src/terminals/observers/ignored-inputs.observer.js';
import { TerminalLog } from '../../src/terminals/observers/terminal-log.js';
import { ManualClock } from '../support/manual-clock.js';
import { frameBytes, wire } from '../support/wire-writer.js';
import { configured, MASTER_SECRET } from '../support/gateway-settings.js';
import { EURUSD, PoolHarness } from './pool-harness.js';

const lines: string[] = [];
const keep = (message: unknown): void => void lines.push(String(message));
const logger: LoggerService = { log: keep, warn: keep, error: keep, debug: keep };

beforeAll(() => Logger.overrideLogger(logger));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

const push = { symbol: 'EURUSD', timeframe: 'H1', sequence: 1 } as const;
const account = { type: 'account' } as const;
const UNKNOWN_TYPE = 0x9999;

describe('an input that the gateway ignores is counted and logged', () => {
  let harness: PoolHarness;
  let registry: Registry;
  let log: TerminalLog;
  let links: GatewayLink[];

  beforeEach(async () => {
    lines.splice(0);
    links = [];
    registry = new Registry();
    log = new TerminalLog(['A', 'B']);
    harness = await PoolHarness.start([configured('A'), configured('B'), { ...configured('C'), host: 'other' }]);
    const observer = new IgnoredInputsObserver(harness.pool, registry, log, harness.clock);
    expect(observer).toBeDefined();
  });
  afterEach(async () => {
    for (const link of links) link.destroy('the test is over');
    await harness.stop();
  });

  /** Kinds that were counted, with their counts, once something was. */
  async function counted(times = 1): Promise<Record<string, number>> {
    await harness.until(() => harness.ignored.length >= times);
    const rows = [...(await registry.metrics()).matchAll(/mt5gw_inputs_ignored_total\{what="([^"]+)"\} (\d+)/g)];
    return Object.fromEntries(rows.flatMap(([, what, count]) => (count === '0' ? [] : [[what, Number(count)]])));
  }

  /** An agent of host main that is welcomed, and what it hears. */
  async function agent(): Promise<{ link: GatewayLink; heard: () => Promise<Frame> }> {
    const hello = { type: 'agent-hello', host: 'main', program: 'test', clientNonce: Buffer.alloc(32, 5) } as const;
    const key = deriveAgentKey(MASTER_SECRET, 'main');
    let hear: (frame: Frame) => void = () => undefined;
    const first = new Promise<Frame>((resolve) => (hear = resolve));
    const link = await new Promise<GatewayLink>((welcomed) => {
      const dialing: GatewayLink = new GatewayLink(
        { host: '127.0.0.1', port: harness.port },
        { hello: (serverNonce) => encodeAgentHello(hello, { key, serverNonce }), verify: () => true },
        { welcomed: () => welcomed(dialing), received: (frame) => hear(frame), closed: () => undefined },
        new ManualClock(),
      );
      links.push(dialing);
    });
    return { link, heard: () => first };
  }

  const report = (terminalId: string) =>
    encodeAgentReport({
      type: 'agent-report',
      processes: [
        {
          ...{ terminalId, state: 'running', pid: 7, memoryMb: 100, restarts: 0 },
          ...{ startedAtMs: 1, lastExit: '', lastExitAtMs: 0, detail: '' },
        },
      ],
    });

  it('when a stand-by pushes', async () => {
    await harness.ready('A');
    const standby = await harness.ready('B');
    expect(harness.pool.route(EURUSD).terminalId).toBe('A');
    standby.pushBar(push);
    expect(await counted()).toEqual({ 'unrouted-push': 1 });
    const line = 'B: a push was left out, the terminal does not serve the symbol now (bar of EURUSD H1)';
    expect(lines).toContain(line);
    expect(log.newest('B', 1)).toMatchObject([{ level: 'debug', message: line }]);
  });

  it('when a terminal pushes a symbol that is not configured', async () => {
    const bridge = await harness.ready('A');
    bridge.pushBar({ ...push, symbol: 'GBPUSD' });
    expect(await counted()).toEqual({ 'unrouted-push': 1 });
  });

  it('when a bridge sends a frame of an optional type that is not known', async () => {
    const bridge = await harness.ready('A');
    bridge.write(frameBytes(UNKNOWN_TYPE, Buffer.from('new')));
    expect(await counted()).toEqual({ 'extension-frame': 1 });
    expect(lines).toContain('A: a frame of an unknown optional type was left out (type 0x9999, 3 bytes)');
  });

  it('when a bridge answers too late', async () => {
    const bridge = await harness.ready('A');
    bridge.hung = true;
    const asked = bridge.requests.length;
    const answer = harness.pool.request('A', account);
    await bridge.until(() => bridge.requests.length > asked);
    harness.clock.advance(10_000);
    await expect(answer).rejects.toMatchObject({ code: 'terminal-timeout' });
    bridge.answerWhatWaits();
    expect(await counted()).toEqual({ 'late-answer': 1 });
    expect(lines).toContainEqual(expect.stringMatching(/^A: an answer came too late and was left out \(request \d+ /));
  });

  it('when a bridge goes on after the last words of the gateway', async () => {
    const bridge = await harness.ready('A');
    harness.pool.getTerminal('A').drop('a test');
    bridge.write(frameBytes(0x0062));
    expect(await counted()).toEqual({ 'after-goodbye': 1 });
    expect(lines).toContain('A: what came after the last words was left out (the connection was being closed)');
  });

  it('when an entry of a symbol list is invalid', async () => {
    const good = wire().string('EURUSD').string('').u8(5).f64(1).string('').string('').u8(1).bytes();
    const odd = wire().string('ODD').string('').u8(99).f64(1).string('').string('').u8(1).bytes();
    const list = (id: number) => frameBytes(0x0043, wire().u16(2).raw(good).raw(odd).bytes(), id);
    await harness.ready('A', { frames: ({ type }, id) => (type === 'symbols' ? [list(id)] : undefined) });
    expect(await counted()).toEqual({ 'unreadable-symbol': 1 });
  });

  it('when an agent answers too late', async () => {
    const { link, heard } = await agent();
    link.send([report('A')]);
    const { host } = harness.pool.getTerminal('A');
    const answer = expectRejection(untilCanRestart(host!));
    const { requestId } = await heard();
    harness.clock.advance(5000);
    await answer;
    link.send([encodeMessage({ type: 'ok' }, { requestId })]);
    expect(await counted()).toEqual({ 'late-agent-answer': 1 });
    expect(lines).toContain(`agent main: an answer came too late and was left out (request ${requestId} was given up)`);
  });

  it('when an agent sends a frame of an optional type that is not known', async () => {
    const { link } = await agent();
    link.send([frameBytes(UNKNOWN_TYPE)]);
    expect(await counted()).toEqual({ 'extension-frame': 1 });
    expect(lines).toContain('agent main: a frame of an unknown optional type was left out (type 0x9999, 0 bytes)');
  });

  it('when an agent reports a terminal of another host, each time', async () => {
    const { link } = await agent();
    link.send([report('C'), report('C')]);
    expect(await counted(2)).toEqual({ 'foreign-report': 2 });
  });

  it('once in ten minutes, however often it comes', async () => {
    const bridge = await harness.ready('A');
    const ofType = () => lines.filter((line) => line.includes('unknown optional type'));
    for (let i = 0; i < 50; i++) bridge.write(frameBytes(UNKNOWN_TYPE));
    expect(await counted(50)).toEqual({ 'extension-frame': 50 });
    expect(ofType()).toHaveLength(1);
    harness.clock.advance(600_000);
    bridge.write(frameBytes(UNKNOWN_TYPE));
    expect(await counted(51)).toEqual({ 'extension-frame': 51 });
    expect(ofType().at(-1)).toContain('49 more since the last such line');
  });

  /** Orders a restart as soon as the agent's report is there. */
  async function untilCanRestart(host: NonNullable<ReturnType<typeof harness.pool.getTerminal>['host']>) {
    await new Promise<void>((resolve) => {
      if (host.canRestart) resolve();
      harness.pool.agents.onEvent(() => host.canRestart && resolve());
    });
    await host.restart('a wish');
  }

  async function expectRejection(restart: Promise<void>): Promise<void> {
    await expect(restart).rejects.toMatchObject({ code: 'terminal-error' });
  }
});

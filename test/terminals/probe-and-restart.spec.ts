import { afterEach, describe, expect, it } from '@jest/globals';
import { TerminalProbe } from '../../src/terminals/upkeep/terminal-probe.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { type Operation, Operations } from '../../src/terminals/upkeep/operations.js';
import { RollingRestart, STEP_LIMIT_MS } from '../../src/terminals/upkeep/rolling-restart.js';
import { restart } from '../../src/terminals/upkeep/terminal-restart.js';
import { configured } from '../support/gateway-settings.js';
import { PoolHarness } from './pool-harness.js';

const INTERVAL_MS = 60_000;
const PROBE_TIMEOUT_MS = 10_000;
const accounts = (bridge: { requests: readonly { type: string }[] }): number =>
  bridge.requests.filter(({ type }) => type === 'account').length;

describe('the scheduled probe', () => {
  let harness: PoolHarness;
  afterEach(() => harness.stop());

  it('asks a quiet terminal for its account once per interval', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const probe = new TerminalProbe(harness.pool, harness.clock, INTERVAL_MS);
    const bridge = await harness.ready('A');
    for (let second = 0; second < 180; second++) {
      harness.clock.advance(1000);
      await probe.tick();
    }
    expect(accounts(bridge)).toBeGreaterThanOrEqual(2);
    expect(accounts(bridge)).toBeLessThanOrEqual(3);
    expect(harness.pool.stats().terminals[0]).toMatchObject({ lastProbe: { ok: true, error: undefined } });
  });

  it('skips a terminal that answered any request within the interval', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const probe = new TerminalProbe(harness.pool, harness.clock, INTERVAL_MS);
    await harness.ready('A');
    for (let turn = 0; turn < 12; turn++) {
      harness.clock.advance(30_000);
      await harness.pool.request('A', { type: 'symbols' });
      await probe.tick();
    }
    expect(harness.pool.stats().terminals[0]?.lastProbe).toBeUndefined();
  });

  it('drops a session that does not answer, so that the bridge dials again', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const probe = new TerminalProbe(harness.pool, harness.clock, INTERVAL_MS);
    const bridge = await harness.ready('A');
    bridge.hung = true;
    harness.clock.advance(2 * INTERVAL_MS);
    const turn = probe.tick();
    await bridge.until(() => accounts(bridge) === 1);
    harness.clock.advance(PROBE_TIMEOUT_MS);
    await turn;
    await bridge.closed;
    expect(bridge.goaway).toMatchObject({ reason: 'reconnect' });
    expect(harness.state('A')).toBe('lost');
    expect(harness.pool.stats().terminals[0]).toMatchObject({
      lastProbe: { ok: false },
      reason: expect.stringContaining('probe'),
    });
  });

  it('never takes down more than one terminal of a small pool at the same time', async () => {
    const ids = ['A', 'B', 'C', 'D'];
    harness = await PoolHarness.start(ids.map((id) => configured(id)));
    const probe = new TerminalProbe(harness.pool, harness.clock, INTERVAL_MS);
    for (const id of ids) (await harness.ready(id)).hung = true;
    harness.clock.advance(2 * INTERVAL_MS);
    const turn = probe.tick();
    await harness.clock.advanceAsync(PROBE_TIMEOUT_MS);
    await turn;
    expect(ids.filter((id) => harness.state(id) === 'lost')).toHaveLength(1);
    expect(harness.pool.stats().connected).toBe(3);
  });
});

describe('a restart', () => {
  let harness: PoolHarness;
  let ended: string[] = [];
  afterEach(async () => {
    ended = [];
    await harness.stop();
  });

  it('restarts the program where the bridge supports it, and reconnects elsewhere', async () => {
    harness = await PoolHarness.start([configured('A'), configured('B')]);
    const able = await harness.ready('A', { canRestart: true });
    const unable = await harness.ready('B');
    expect(await restart(harness.pool.getTerminal('A'), 'test')).toBe('restart');
    expect(able.requests.at(-1)).toEqual({ type: 'restart' });
    expect(harness.state('A')).toBe('ready');
    expect(await restart(harness.pool.getTerminal('B'), 'test')).toBe('reconnect');
    await unable.until(() => unable.goaway !== undefined);
    expect(harness.state('B')).toBe('lost');
    await expect(restart(harness.pool.getTerminal('B'), 'test')).rejects.toMatchObject({
      code: 'terminal-disconnected',
    });
  });

  it('of all goes one by one: the next starts when the previous one is ready again or its time is over', async () => {
    const { rolling, ready, start } = await rollingOver(
      ['A', 'EURUSD'],
      ['B', 'XAUUSD'],
      ['C', 'US30'],
      ['D', 'GER40'],
    );
    const first = await ready('A');
    await ready('B');
    await ready('C');
    const operation = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'idempotency-conflict',
      members: { operation_id: operation.id },
    });
    await harness.becomes('A', 'lost');
    await first.closed;
    expect([harness.state('B'), harness.state('C')]).toEqual(['ready', 'ready']);
    expect(stepsOf(operation)).toEqual(['restarting', 'waiting', 'waiting', 'waiting']);
    await ready('A');
    await harness.becomes('B', 'lost');
    expect([harness.state('A'), harness.state('C')]).toEqual(['ready', 'ready']);
    harness.clock.advance(STEP_LIMIT_MS);
    await harness.becomes('C', 'lost');
    await ready('C');
    await rolling.finished();
    expect(operation).toMatchObject({ state: 'failed', reason: '1 of the terminals are not back' });
    expect(operation.steps.map(({ state, reason }) => [state, reason])).toEqual([
      ['ready', undefined],
      ['failed', 'it was not ready again within 120 s'],
      ['ready', undefined],
      ['skipped', 'it is not connected'],
    ]);
    const next = await start();
    await harness.becomes('A', 'lost');
    harness.pool.beginDrain();
    harness.clock.advance(STEP_LIMIT_MS);
    await rolling.finished();
    expect(harness.state('C')).toBe('ready');
    expect(next).toMatchObject({ state: 'cancelled', reason: 'the gateway is stopping' });
    expect(ended).toEqual([operation.id, next.id]);
  });

  it('of all leaves a drained terminal alone, and one that stands in for another that is not back', async () => {
    const { rolling, ready, start } = await rollingOver(['A', 'EURUSD'], ['B', 'EURUSD', 'XAUUSD'], ['C', 'US30']);
    for (const id of ['A', 'B', 'C']) await ready(id);
    harness.pool.getTerminal('C').hold('test');
    const operation = await start();
    await harness.becomes('A', 'lost');
    harness.clock.advance(STEP_LIMIT_MS);
    await rolling.finished();
    expect(operation.steps.map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', expect.any(String)],
      ['skipped', 'it stands in for A, which is not back'],
      ['skipped', 'it is drained by an operator'],
    ]);
    expect(harness.state('B')).toBe('ready');
  });

  it('of many takes down a few at the same time, never two that share a symbol', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `T${index}`);
    const { ready, start, rolling } = await rollingOver(
      ['A', 'EURUSD'],
      ['B', 'EURUSD'],
      ['C', 'US30'],
      ...names.map((id): [string, string] => [id, `X${id}`]),
    );
    for (const id of ['A', 'B', 'C']) await ready(id);
    const operation = await start();
    await harness.becomes('A', 'lost');
    await harness.becomes('C', 'lost');
    expect(harness.state('B')).toBe('ready');
    operation.cancel();
    await ready('C');
    await ready('A');
    await rolling.finished();
    expect(operation).toMatchObject({ state: 'cancelled', reason: 'an admin canceled it' });
    expect(operation.steps.find(({ terminalId }) => terminalId === 'B')).toMatchObject({ state: 'skipped' });
    expect(harness.state('B')).toBe('ready');
  });

  it('of all stops when too many terminals stay away, and does not begin when it cannot be recorded', async () => {
    const ids = ['A', 'B', 'C', 'D', 'E'];
    const { ready, start, rolling } = await rollingOver(...ids.map((id): [string, string] => [id, `S${id}`]));
    await expect(start(() => Promise.reject(new Error('no audit')))).rejects.toThrow('no audit');
    expect(rolling.running).toBeUndefined();
    for (const id of ids) await ready(id);
    const operation = await start();
    for (const id of ['A', 'B', 'C']) {
      await harness.becomes(id, 'lost');
      harness.clock.advance(STEP_LIMIT_MS);
    }
    await rolling.finished();
    expect(stepsOf(operation)).toEqual(['failed', 'failed', 'failed', 'skipped', 'skipped']);
    expect(operation.reason).toBe('3 terminals are not back, so it was stopped');
    expect(harness.state('D')).toBe('ready');
  });

  /** A pool whose terminals offer exactly their own symbols, and a rolling restart over it. */
  async function rollingOver(...terminals: [id: string, ...symbols: string[]][]) {
    harness = await PoolHarness.start(terminals.map(([id, ...symbols]) => configured(id, ...symbols)));
    const { pool, clock } = harness;
    const operations = new Operations(clock, new SeededRandom(1));
    const rolling = new RollingRestart({ pool, clock, operations, onEnd: ({ id }) => ended.push(id) });
    return {
      rolling,
      ready: (id: string) => harness.ready(id, { symbols: terminals.find(([name]) => name === id)!.slice(1) }),
      start: (before = () => Promise.resolve()) => rolling.start('test', before),
    };
  }
});

function stepsOf(operation: Operation): readonly string[] {
  return operation.steps.map(({ state }) => state);
}

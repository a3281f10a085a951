import { afterEach, describe, expect, it } from '@jest/globals';
import { TerminalProbe } from '../../src/terminals/terminal-probe.js';
import { restart, RollingRestart, STEP_LIMIT_MS } from '../../src/terminals/terminal-restart.js';
import { configured, PoolHarness } from './pool-harness.js';

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

  it('leaves a terminal alone that has answered something within the interval', async () => {
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

  it('never takes more than one of a small pool down at once', async () => {
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
  afterEach(() => harness.stop());

  it('is a real one where the bridge can, and a reconnect where it cannot', async () => {
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

  it('of all goes one by one: the next only when the one before is ready again or its time is over', async () => {
    harness = await PoolHarness.start(['A', 'B', 'C', 'D'].map((id) => configured(id)));
    const rolling = new RollingRestart(harness.pool, harness.clock);
    const first = await harness.ready('A');
    await harness.ready('B');
    await harness.ready('C');
    expect(rolling.start('test')).toEqual([
      { terminalId: 'A', action: 'reconnect' },
      { terminalId: 'B', action: 'reconnect' },
      { terminalId: 'C', action: 'reconnect' },
      { terminalId: 'D', action: 'skip' },
    ]);
    expect(() => rolling.start('again')).toThrow(expect.objectContaining({ code: 'idempotency-conflict' }));
    await harness.becomes('A', 'lost');
    await first.closed;
    expect([harness.state('B'), harness.state('C')]).toEqual(['ready', 'ready']);
    await harness.ready('A');
    await harness.becomes('B', 'lost');
    expect([harness.state('A'), harness.state('C')]).toEqual(['ready', 'ready']);
    harness.clock.advance(STEP_LIMIT_MS);
    await harness.becomes('C', 'lost');
    await harness.ready('C');
    await rolling.finished();
    expect(rolling.isRunning).toBe(false);
    expect(rolling.start('later')).toHaveLength(4);
    await harness.becomes('A', 'lost');
    harness.pool.beginDrain();
    harness.clock.advance(STEP_LIMIT_MS);
    await rolling.finished();
    expect(harness.state('C')).toBe('ready');
  });
});

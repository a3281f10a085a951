import { afterEach, describe, expect, it } from '@jest/globals';
import type { TerminalChange } from '../../src/terminals/pool/terminal.state.js';
import { SymbolMappings } from '../../src/terminals/admin/symbol-mappings.js';
import { MemorySymbolMappingStore } from '../support/memory-symbol-mapping-store.js';
import { configured } from '../support/gateway-settings.js';
import { EURUSD, PoolHarness } from './pool-harness.js';

const BY = { actor: 'key:k', keyId: 'k', requestId: 'r' };

describe('a drained terminal', () => {
  let harness: PoolHarness;
  afterEach(() => harness.stop());

  it('finishes open requests, takes no new ones, and hands its symbols to the next terminal', async () => {
    harness = await PoolHarness.start([configured('A'), configured('B')]);
    const { pool } = harness;
    const a = await harness.ready('A');
    await harness.ready('B');
    expect(pool.route(EURUSD).terminalId).toBe('A');
    a.hung = true;
    const taken = pool.request('A', { type: 'account' });
    await a.until(() => a.requests.at(-1)?.type === 'account');
    const queued = pool.request('A', { type: 'symbols' });
    const terminal = pool.getTerminal('A');
    expect([terminal.hold('test'), terminal.hold('test')]).toEqual([true, false]);
    expect(pool.stats().terminals[0]).toMatchObject({
      state: 'draining',
      connected: false,
      inFlight: 1,
      queueDepth: 1,
    });
    expect(pool.route(EURUSD).terminalId).toBe('B');
    await expect(pool.request('A', { type: 'account' })).rejects.toMatchObject({
      code: 'terminal-disconnected',
      message: expect.stringContaining('drained'),
      members: { terminal_id: 'A' },
    });
    a.hung = false;
    a.answerWhatWaits();
    expect(await taken).toMatchObject({ type: 'account-info' });
    expect(await queued).toMatchObject({ type: 'symbol-list' });
    await terminal.idle();
    expect(terminal.state).toBe('draining');
    expect([terminal.resume('test'), terminal.resume('test')]).toEqual([true, false]);
    expect(harness.state('A')).toBe('ready');
    expect(pool.route(EURUSD).terminalId).toBe('B');
    harness.clock.advance(30_000);
    expect(pool.route(EURUSD).terminalId).toBe('A');
  });

  it('stays drained when its session changes, and its symbol reports that when no other terminal has it', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const { pool } = harness;
    const terminal = pool.getTerminal('A');
    terminal.hold('before it ever came');
    const first = await harness.dial('A');
    await first.until(() => first.requests.length > 0);
    const account = terminal.command({ type: 'account' });
    expect(await account).toMatchObject({ type: 'account-info' });
    expect(pool.stats().terminals[0]).toMatchObject({ state: 'draining', session: { epoch: 1 } });
    expect(() => pool.route(EURUSD)).toThrow('MT5 terminal for EURUSD is currently drained by its operator');
    await first.leave();
    await harness.until(() => terminal.epoch === undefined);
    expect(terminal.state).toBe('draining');
    terminal.resume('test');
    expect(pool.stats().terminals[0]).toMatchObject({ state: 'lost', reason: 'it left while it was drained' });
    terminal.hold('again');
    await harness.dial('A');
    terminal.resume('test');
    await harness.becomes('A', 'ready');
    expect(pool.route(EURUSD)).toMatchObject({ terminalId: 'A', epoch: 2 });
    expect(pool.stats().terminals[0]).toMatchObject({ reconnects: 1 });
    const seen = harness.changes.map(({ from, to }: TerminalChange) => `${from} ${to}`);
    expect(seen.slice(0, 3)).toEqual(['expected draining', 'draining draining', 'draining draining']);
  });
});

describe("an operator's name of a symbol", () => {
  let harness: PoolHarness;
  afterEach(() => harness.stop());

  async function started(store = new MemorySymbolMappingStore()) {
    harness = await PoolHarness.start([configured('A')]);
    const mappings = new SymbolMappings(harness.pool, store, harness.clock);
    await mappings.load();
    const change = (brokerName: string | undefined, expected?: number) =>
      mappings.change({ terminalId: 'A', symbol: 'EURUSD', brokerName, expected }, BY);
    const inUse = () => harness.pool.findRoute(EURUSD)?.brokerSymbol;
    return { store, mappings, change, inUse };
  }

  it('takes effect immediately when it is set and when it is removed', async () => {
    const { store, change, inUse } = await started();
    await harness.ready('A', { symbols: ['EURUSD.m', 'EURUSD.other.thing'] });
    expect(inUse()).toBe('EURUSD.m');
    expect(await change('EURUSD.other.thing')).toMatchObject({ checked: true, mapping: { version: 2 } });
    expect(inUse()).toBe('EURUSD.other.thing');
    expect(await change('EURUSD.other.thing')).toMatchObject({ mapping: { version: 2 } });
    expect(await change(undefined)).toMatchObject({ checked: true, mapping: { version: 3 } });
    expect(inUse()).toBe('EURUSD.m');
    expect(harness.state('A')).toBe('ready');
    expect(store.audited).toMatchObject([
      {
        action: 'symbol-mapping.changed',
        actor: 'key:k',
        target: 'symbol-mapping:A/EURUSD',
        detail: { before: { broker_name: null }, after: { broker_name: 'EURUSD.other.thing' }, checked: true },
      },
      { action: 'symbol-mapping.removed', detail: { after: { broker_name: null } } },
    ]);
    await expect(change(undefined)).rejects.toMatchObject({ code: 'not-found', members: { kind: 'symbol-mapping' } });
  });

  it('is refused when the terminal has no such symbol or another change came first', async () => {
    const { store, change, inUse } = await started();
    await harness.ready('A', { symbols: ['EURUSD.m', 'GOLD'] });
    await expect(change('EURUSD.M')).rejects.toMatchObject({
      code: 'invalid-parameter',
      message: expect.stringContaining('similar ones: EURUSD.m'),
    });
    await change('GOLD', 1);
    await expect(change('EURUSD.m', 1)).rejects.toMatchObject({ code: 'precondition-failed', members: { version: 2 } });
    expect(inUse()).toBe('GOLD');
    expect(store.audited).toHaveLength(1);
  });

  it('is taken unchecked while the terminal is away, and holds after a restart of the gateway', async () => {
    const first = await started();
    expect(await first.change('GOLD')).toMatchObject({ checked: false });
    await harness.stop();
    const { inUse, mappings } = await started(first.store);
    await harness.ready('A', { symbols: ['EURUSD.m', 'GOLD'] });
    expect(inUse()).toBe('GOLD');
    expect(mappings.get('A', 'EURUSD')).toMatchObject({
      version: 2,
      stored: { brokerName: 'GOLD', changedBy: 'key:k' },
    });
  });

  it('is refused for terminals and symbols that are not configured, with the nearest configured name', async () => {
    const { mappings } = await started();
    const order = { brokerName: 'X', expected: undefined };
    await expect(mappings.change({ ...order, terminalId: 'a', symbol: 'EURUSD' }, BY)).rejects.toMatchObject({
      code: 'not-found',
      members: { kind: 'terminal', id: 'a', suggestions: ['A'] },
    });
    await expect(mappings.change({ ...order, terminalId: 'A', symbol: 'EURUSS\n' }, BY)).rejects.toMatchObject({
      code: 'symbol-not-found',
      message: "terminal A is not configured for the symbol 'EURUSS?'",
      members: { suggestions: [] },
    });
  });
});

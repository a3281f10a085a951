import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { symbolName } from '../../market/index.js';
import { FAIL_BACK_MS, SymbolRouter } from './symbol-router.js';
import type { SymbolRoute } from '../terminal-pool.js';

const EURUSD = symbolName('EURUSD');
const route = (terminalId: string, epoch: number, changes: Partial<SymbolRoute> = {}): SymbolRoute => ({
  symbol: EURUSD,
  terminalId,
  epoch,
  brokerServer: 'Broker-Demo',
  brokerSymbol: 'EURUSD',
  digits: 5,
  simulated: false,
  pushes: true,
  ...changes,
});

function bench(...terminals: string[]) {
  const clock = new ManualClock();
  const router = new SymbolRouter(new Map([[EURUSD, terminals]]), clock);
  const moves: (string | undefined)[] = [];
  router.onRoute(({ route }) => moves.push(route && `${route.terminalId}${route.epoch}`));
  const add = (terminalId: string, epoch: number): void => router.setRoutes(terminalId, [route(terminalId, epoch)]);
  return { clock, router, moves, add };
}

describe('SymbolRouter', () => {
  it('emits each move once, and nothing without a change', () => {
    const { router, moves, add } = bench('A', 'B');
    add('A', 1);
    add('A', 1);
    add('B', 2);
    router.setRoutes('A', []);
    router.setRoutes('A', []);
    router.setRoutes('B', []);
    expect(moves).toEqual(['A1', 'B2', undefined]);
    expect(router.terminalIdOf(EURUSD)).toBe('A');
    expect(router.find(EURUSD)).toBeUndefined();
  });

  it('moves with the session and the name of the terminal that serves', () => {
    const { router, moves, add } = bench('A');
    add('A', 1);
    add('A', 2);
    router.setRoutes('A', [route('A', 2, { brokerSymbol: 'EURUSDm' })]);
    expect(moves).toEqual(['A1', 'A2', 'A2']);
    expect(router.find(EURUSD)?.brokerSymbol).toBe('EURUSDm');
  });

  it('does not go back to a preferred terminal that flaps', () => {
    const { clock, router, moves, add } = bench('A', 'B');
    add('B', 1);
    for (let epoch = 2; epoch < 8; epoch++) {
      add('A', epoch);
      clock.advance(FAIL_BACK_MS - 1);
      router.setRoutes('A', []);
    }
    expect(moves).toEqual(['B1']);
    add('A', 9);
    clock.advance(FAIL_BACK_MS);
    expect(moves).toEqual(['B1', 'A9']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('plans nothing after close', () => {
    const { clock, router, add } = bench('A', 'B');
    add('B', 1);
    add('A', 2);
    router.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('routes exactly while a terminal has the symbol, and to the most preferred one once all are steady', () => {
    const terminals = ['A', 'B', 'C'];
    const step = fc.record({ who: fc.constantFrom(...terminals), up: fc.boolean(), ms: fc.nat({ max: FAIL_BACK_MS }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, router, add } = bench(...terminals);
        const ready = new Set<string>();
        for (const [epoch, { who, up, ms }] of steps.entries()) {
          if (up) add(who, epoch);
          else router.setRoutes(who, []);
          if (up) ready.add(who);
          else ready.delete(who);
          clock.advance(ms);
          const serving = router.find(EURUSD)?.terminalId;
          expect(serving === undefined).toBe(ready.size === 0);
          if (serving !== undefined) expect(ready).toContain(serving);
        }
        clock.advance(FAIL_BACK_MS);
        expect(router.find(EURUSD)?.terminalId).toBe(terminals.find((id) => ready.has(id)));
        expect(clock.pendingTimers).toBe(0);
      }),
    );
  });
});

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
  const offer = (terminalId: string, epoch: number): void => router.offer(terminalId, [route(terminalId, epoch)]);
  return { clock, router, moves, offer };
}

describe('SymbolRouter', () => {
  it('tells each move once, and nothing when nothing changed', () => {
    const { router, moves, offer } = bench('A', 'B');
    offer('A', 1);
    offer('A', 1);
    offer('B', 2);
    router.offer('A', []);
    router.offer('A', []);
    router.offer('B', []);
    expect(moves).toEqual(['A1', 'B2', undefined]);
    expect(router.terminalIdOf(EURUSD)).toBe('A');
    expect(router.find(EURUSD)).toBeUndefined();
  });

  it('moves with the session and the name of the terminal that serves', () => {
    const { router, moves, offer } = bench('A');
    offer('A', 1);
    offer('A', 2);
    router.offer('A', [route('A', 2, { brokerSymbol: 'EURUSDm' })]);
    expect(moves).toEqual(['A1', 'A2', 'A2']);
    expect(router.find(EURUSD)?.brokerSymbol).toBe('EURUSDm');
  });

  it('does not go back to a preferred terminal that flaps', () => {
    const { clock, router, moves, offer } = bench('A', 'B');
    offer('B', 1);
    for (let epoch = 2; epoch < 8; epoch++) {
      offer('A', epoch);
      clock.advance(FAIL_BACK_MS - 1);
      router.offer('A', []);
    }
    expect(moves).toEqual(['B1']);
    offer('A', 9);
    clock.advance(FAIL_BACK_MS);
    expect(moves).toEqual(['B1', 'A9']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('plans nothing any more after close', () => {
    const { clock, router, offer } = bench('A', 'B');
    offer('B', 1);
    offer('A', 2);
    router.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('routes exactly when somebody offers, only to who offers, and to the most preferred once all is steady', () => {
    const terminals = ['A', 'B', 'C'];
    const step = fc.record({ who: fc.constantFrom(...terminals), up: fc.boolean(), ms: fc.nat({ max: FAIL_BACK_MS }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, router, offer } = bench(...terminals);
        const offering = new Set<string>();
        for (const [epoch, { who, up, ms }] of steps.entries()) {
          if (up) offer(who, epoch);
          else router.offer(who, []);
          if (up) offering.add(who);
          else offering.delete(who);
          clock.advance(ms);
          const serving = router.find(EURUSD)?.terminalId;
          expect(serving === undefined).toBe(offering.size === 0);
          if (serving !== undefined) expect(offering).toContain(serving);
        }
        clock.advance(FAIL_BACK_MS);
        expect(router.find(EURUSD)?.terminalId).toBe(terminals.find((id) => offering.has(id)));
        expect(clock.pendingTimers).toBe(0);
      }),
    );
  });
});

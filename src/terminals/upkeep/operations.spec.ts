import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { SeededRandom } from '../../kernel/index.js';
import { Operations } from './operations.js';

const newOperations = () => new Operations(new ManualClock(), new SeededRandom(7));

describe('operations', () => {
  it('are remembered up to fifty, newest first, and one that runs is never forgotten', () => {
    const operations = newOperations();
    const running = operations.begin('k', ['A']);
    for (let count = 0; count < 120; count++) operations.begin('k', ['A']).end('done');
    const kept = operations.newest();
    expect(kept).toHaveLength(50);
    expect(kept.at(-1)).toBe(running);
    expect(operations.get(running.id)).toBe(running);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(50);
    expect(() => operations.get('op_gone')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('say what was skipped and why when they end early, and cannot be canceled after that', () => {
    const clock = new ManualClock();
    const operation = new Operations(clock, new SeededRandom(7)).begin('k', ['A', 'B']);
    operation.set('A', 'ready');
    clock.advance(1000);
    operation.end('failed', 'it was enough');
    expect(operation.steps).toMatchObject([
      { terminalId: 'A', state: 'ready', reason: undefined },
      { terminalId: 'B', state: 'skipped', reason: 'it was enough' },
    ]);
    expect(operation.endedAtMs).toBe(operation.startedAtMs + 1000);
    operation.cancel();
    expect([operation.isCancellable, operation.cancelRequested]).toEqual([false, false]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../test/support/manual-clock.js';
import { StartQueue } from './start-queue.js';

describe('the queue of starts', () => {
  it('starts one terminal at a time, with the pause between any two', () => {
    const clock = new ManualClock();
    const queue = new StartQueue(clock, 20_000);
    const starts: [string, number][] = [];
    const enter = (name: string, delayMs: number) =>
      queue.enter(delayMs, () => starts.push([name, clock.monotonicMs()]));
    enter('A', 0);
    enter('B', 0);
    const canceled = enter('C', 0);
    enter('D', 100_000);
    clock.advance(25_000);
    canceled.cancel();
    clock.advance(200_000);
    enter('E', 0);
    clock.advance(0);

    expect(starts).toEqual([
      ['A', 0],
      ['B', 20_000],
      ['D', 100_000],
      ['E', 225_000],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });
});

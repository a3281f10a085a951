import { describe, expect, it } from '@jest/globals';
import { runSteps, SharedSteps, type Steps } from './steps.js';

describe('runSteps', () => {
  it('runs every step and returns the result', () => {
    const done: number[] = [];
    function* work(): Steps<string> {
      for (let step = 0; step < 3; step++) {
        done.push(step);
        yield;
      }
      return 'result';
    }
    expect(runSteps(work())).toBe('result');
    expect(done).toEqual([0, 1, 2]);
  });
});

describe('SharedSteps', () => {
  it('gives every caller the same result and runs each step once, in order', () => {
    const done: number[] = [];
    function* work(): Steps<object> {
      for (let step = 0; step < 5; step++) {
        done.push(step);
        yield;
      }
      return {};
    }
    const shared = new SharedSteps(work());
    const [one, other] = [shared.result(), shared.result()];
    one.next();
    other.next();
    one.next();
    expect(done).toEqual([0, 1, 2]);
    const result = runSteps(one);
    expect(other.next()).toEqual({ done: true, value: result });
    expect(runSteps(shared.result())).toBe(result);
    expect(done).toEqual([0, 1, 2, 3, 4]);
  });

  it('throws a failure to every caller', () => {
    function* work(): Steps<void> {
      yield;
      throw new Error('broken');
    }
    const shared = new SharedSteps(work());
    const late = shared.result();
    late.next();
    expect(() => runSteps(shared.result())).toThrow('broken');
    expect(() => late.next()).toThrow('broken');
    expect(() => runSteps(shared.result())).toThrow('broken');
  });
});

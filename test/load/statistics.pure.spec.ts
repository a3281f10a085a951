import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRising, distribution, percentile } from '../../cli/load/statistics.js';
import { judge } from '../../cli/load/verdict.js';
import { Recorder, type Measured } from '../../cli/load/recorder.js';

const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
const share = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
const ascendingOf = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);

describe('percentile', () => {
  it('is the smallest value that the share of values does not exceed', () => {
    fc.assert(
      fc.property(values, share, (list, part) => {
        const found = percentile(ascendingOf(list), part);
        const upTo = list.filter((value) => value <= found).length;
        const below = list.filter((value) => value < found).length;

        expect(upTo).toBeGreaterThanOrEqual(part * list.length - 1e-6);
        expect(below).toBeLessThan(part * list.length);
      }),
    );
  });

  it('of 1 to 100 is the number itself', () => {
    const list = Array.from({ length: 100 }, (_, index) => index + 1);

    expect([0.01, 0.5, 0.95, 0.99, 1].map((part) => percentile(list, part))).toEqual([1, 50, 95, 99, 100]);
  });
});

describe('distribution', () => {
  it('is ordered, and does not depend on the order of the values', () => {
    fc.assert(
      fc.property(values, (list) => {
        const found = distribution(list)!;

        expect(ascendingOf([found.p50, found.p95, found.p99, found.max])).toEqual([
          found.p50,
          found.p95,
          found.p99,
          found.max,
        ]);
        expect(found.mean).toBeLessThanOrEqual(found.max * (1 + 1e-9));
        expect(distribution([...list].reverse())).toEqual({ ...found, mean: expect.closeTo(found.mean, 3) });
      }),
    );
  });

  it('does not exist without values', () => {
    expect(distribution([])).toBeUndefined();
  });
});

describe('a trend', () => {
  it('is seen when the end takes much longer than the beginning, and only then', () => {
    const series = (perStep: number): number[] => Array.from({ length: 100 }, (_, index) => 20 + index * perStep);

    expect([series(2), series(0.1), series(0), series(-0.1)].map(isRising)).toEqual([true, false, false, false]);
    expect(isRising([1, 1000])).toBe(false);
  });
});

describe('the verdict', () => {
  const of = (durations: readonly number[], failed = 0): Measured => {
    const recorder = new Recorder();
    for (const duration of durations) {
      recorder.begin();
      recorder.succeed(duration);
    }
    for (let index = 0; index < failed; index++) {
      recorder.begin();
      recorder.fail(new Error('timeout exceeded when trying to connect'));
    }
    return recorder.finish();
  };
  const missed = (measured: Measured, type: 'simple' | 'complex' = 'simple'): string[] =>
    judge(measured, type)
      .checks.filter(({ passed }) => !passed)
      .map(({ name }) => name);
  const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

  it('takes each threshold as the guide writes it: more than 99 %, less than 50, 100 and 500 ms', () => {
    expect(missed(of(times(100, 49.9)))).toEqual([]);
    expect(missed(of(times(99, 1), 1))).toEqual(['success rate']);
    expect(missed(of(times(995, 1), 5))).toEqual([]);
    expect(missed(of(times(100, 50)))).toEqual(['mean']);
    expect(missed(of([...times(94, 1), ...times(6, 100)]))).toEqual(['p95']);
    expect(missed(of([...times(98, 1), ...times(2, 500)]))).toEqual(['p99']);
  });

  it('holds the mean of simple queries only', () => {
    expect(missed(of(times(100, 60)), 'complex')).toEqual([]);
  });

  it('is a miss when nothing was measured', () => {
    expect(missed(of([]))).toEqual(['success rate', 'mean', 'p95', 'p99']);
  });

  it('counts queries without an end as failures, and nothing that comes later', () => {
    const recorder = new Recorder();
    recorder.begin();
    recorder.begin();
    recorder.succeed(1);
    const measured = recorder.finish();
    recorder.succeed(1);

    expect(measured).toMatchObject({ asked: 2, succeeded: 1, failed: 1, failures: { unfinished: 1 } });
    expect(recorder.finish()).toMatchObject({ asked: 2, succeeded: 1, failed: 1 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { syntheticCandles } from '../../test/support/candles.js';
import { snapshotOf } from '../../test/support/snapshots.js';
import { InvalidParameterError } from '../http/index.js';
import { newestWindow, pastWindow } from './answer-window.js';

const HOUR = 3600;
const reach = { wing: 17, lookbackBars: 400 };
const candles = syntheticCandles({ seed: 1, bars: 700 });
const [forming] = candles.slice(-1);
const closed = candles.slice(0, -1);

describe('newestWindow', () => {
  it('counts the forming bar as one of the bars asked for', () => {
    const window = newestWindow(snapshotOf(closed, { forming }), 100, reach);
    expect(window.closed.length - window.first).toBe(99);
    expect(window.forming).toBe(forming);
    expect(window.truncated).toBe(false);
  });

  it('marks an answer as truncated when fewer bars exist than were asked for', () => {
    const window = newestWindow(snapshotOf(closed), 5000, reach);
    expect(window).toMatchObject({ first: 0, truncated: true });
  });

  it('returns no bar whose fractal is undecidable while older history exists', () => {
    const window = newestWindow(snapshotOf(closed, { reachesStart: false }), 5000, reach);
    expect(window).toMatchObject({ first: 17, truncated: true });
  });
});

describe('pastWindow', () => {
  const snapshot = snapshotOf(closed, { forming });
  const past = (asOf: number, overrides = {}) => pastWindow({ ...snapshot, ...overrides }, { asOf, bars: 100, reach });

  it('ends with the bar that contains the time, whatever came later', () => {
    const bar = closed[500]!;
    for (const asOf of [bar.time, bar.time + 1, bar.time + HOUR - 1]) {
      const window = past(asOf);
      expect(window.closed.lastTime).toBe(bar.time);
      expect(window.forming).toBeUndefined();
      expect(window.closed.length - window.first).toBe(100);
    }
  });

  it('names the bar before a gap for a time inside the gap', () => {
    const gap = closed.findIndex((candle, i) => (closed[i + 1]?.time ?? 0) - candle.time > 24 * HOUR);
    expect(gap).toBeGreaterThan(0);
    expect(past(closed[gap + 1]!.time - 1).closed.lastTime).toBe(closed[gap]!.time);
  });

  it('refuses the forming bar, later times and times before the kept history, naming the range', () => {
    const range = `between ${closed[0]!.time} and ${forming!.time - 1}`;
    for (const asOf of [forming!.time, forming!.time + 100 * HOUR, closed[0]!.time - 1]) {
      expect(() => past(asOf)).toThrow(InvalidParameterError);
      expect(() => past(asOf)).toThrow(range);
    }
    expect(past(closed[0]!.time).closed.length).toBe(1);
  });

  it('begins, where older history exists, with the oldest bar whose lines are certain', () => {
    const partial = { reachesStart: false };
    expect(() => past(closed[415]!.time, partial)).toThrow(`between ${closed[416]!.time} and`);
    expect(past(closed[416]!.time, partial).closed.length).toBe(417);
    expect(() => pastWindow(snapshotOf(closed.slice(0, 100), partial), { asOf: 1, bars: 100, reach })).toThrow(
      'names no kept bar',
    );
  });

  it('ends at the close of the newest bar where none is forming', () => {
    const whole = snapshotOf(closed);
    const end = closed.at(-1)!.time + HOUR;
    expect(pastWindow(whole, { asOf: end - 1, bars: 100, reach }).closed.length).toBe(closed.length);
    expect(() => pastWindow(whole, { asOf: end, bars: 100, reach })).toThrow(InvalidParameterError);
  });
});

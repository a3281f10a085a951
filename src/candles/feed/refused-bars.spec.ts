import { describe, expect, it } from '@jest/globals';
import { Bars } from '../../market/index.js';
import { MAX_REFUSED_BARS, RefusedBars, refusedSlots } from './refused-bars.js';

const bar = (time: number) => ({
  ...{ time, open: 1, high: 1, low: 1, close: 1 },
  ...{ tickVolume: 1, spread: 0, realVolume: 0 },
});

/** Refused bars of a series that has closed bars at these times. */
function refusedOf(...times: number[]) {
  const bars = { closed: Bars.from(times.map(bar)) };
  return { bars, refused: new RefusedBars(bars) };
}

describe('refused slots', () => {
  const slots = (...times: number[]) =>
    refusedSlots(
      times.map((time) => ({ time, fault: 'odd' })),
      { timeframe: 'M1', untilMs: 600_000 },
    );

  it('lie on the grid of the timeframe', () => {
    expect(slots(120, 150, 299)).toEqual([120, 120, 240]);
  });

  it('are none for bars ahead of server time and for times that cannot be', () => {
    expect(slots(600, 601, 0, -60, 1.5, Number.NaN)).toEqual([600]);
  });
});

describe('refused bars', () => {
  it('are kept ascending and once each, and only news counts as news', () => {
    const { refused } = refusedOf();
    expect([refused.add([300, 60]), refused.add([60]), refused.add([120])]).toEqual([true, false, true]);
    expect(refused.opens).toEqual([60, 120, 300]);
  });

  it('are none where the series has a bar', () => {
    const { refused } = refusedOf(60);
    expect(refused.add([60])).toBe(false);
    expect(refused.opens).toEqual([]);
  });

  it('are forgotten when a bar comes into their slot, and stay so when it goes again', () => {
    const { bars, refused } = refusedOf();
    refused.add([60, 120]);
    bars.closed = Bars.from([bar(60)]);
    refused.barsChanged({ from: 60, to: 61 });
    bars.closed = Bars.EMPTY;
    refused.barsChanged({ from: 60, to: 61 });
    expect(refused.opens).toEqual([120]);
  });

  it('are replaced within a range that the terminal told all of', () => {
    const { refused } = refusedOf();
    refused.add([60, 120, 180]);
    expect(refused.replace({ from: 60, to: 180 }, [])).toBe(true);
    expect(refused.replace({ from: 60, to: 180 }, [])).toBe(false);
    expect(refused.opens).toEqual([180]);
  });

  it('never changes a value that was handed out', () => {
    const { refused } = refusedOf();
    refused.add([60]);
    const { opens } = refused;
    refused.add([120]);
    expect(opens).toEqual([60]);
  });

  it(`are the newest ${MAX_REFUSED_BARS} of a series`, () => {
    const { refused } = refusedOf();
    refused.add(Array.from({ length: MAX_REFUSED_BARS + 2 }, (_, i) => 60 * (i + 1)));
    expect([refused.opens.length, refused.opens[0]]).toEqual([MAX_REFUSED_BARS, 180]);
  });
});

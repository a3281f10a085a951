import { describe, expect, it } from '@jest/globals';
import { runSteps } from '../../kernel/index.js';
import { chartByHand, type HandMadeFractal, pointsByHand } from '../../../test/support/fractal-points.js';
import { diagonalCandidates as diagonalSteps } from './diagonal-lines.js';
import { DEFAULT_ENGINE_SETTINGS } from './settings.js';

const diagonalCandidates = (...work: Parameters<typeof diagonalSteps>) => runSteps(diagonalSteps(...work));

const P = 'peak';
const B = 'bottom';
type Kinds = readonly (readonly [index: number, kind: 'peak' | 'bottom'])[];

/** Fractals exactly on a line that starts at 10,000. */
const along = (slope: number, ...kinds: Kinds): HandMadeFractal[] =>
  kinds.map(([index, kind]) => [index, 10_000 + slope * index, kind]);
const descending = (fractals: HandMadeFractal[], atr = 10) =>
  diagonalCandidates(pointsByHand(fractals, 0.001), 'descending', chartByHand({ atr }));
const anchors = (fractals: HandMadeFractal[], atr = 10): number[][] =>
  descending(fractals, atr).map(({ a, b }) => [a, b]);

describe('diagonalCandidates', () => {
  it('scores touches, alternation, slope and length', () => {
    const [line, ...others] = descending(along(-1, [0, P], [30, B], [60, B], [90, P], [120, B]));
    expect(others.map(({ a, b }) => [a, b])).toEqual([]);
    expect(line).toMatchObject({ a: 0, b: 120 });
    expect(line!.angleDegrees).toBeCloseTo((-Math.atan(0.1) * 180) / Math.PI, 12);
    // 5 touches, 3 changes of 4, a slope of 5.7 degrees, 120 of 400 bars.
    expect(line!.score).toBeCloseTo(125 + 15 + 7.5 + 3, 10);
  });

  it.each([
    [19, 0.5],
    [20.01, 0.8],
    [29.99, 0.8],
    [30.01, 1],
    [44, 1],
  ])('gives a slope of %d degrees the share %d', (degrees, share) => {
    const slope = -10 * Math.tan((degrees * Math.PI) / 180);
    const [line] = descending(along(slope, [0, P], [30, B], [60, P], [90, B]));
    expect(line!.score).toBeCloseTo(100 + 20 + 15 * share + 2.25, 8);
  });

  it('takes angles of 45 degrees and refuses steeper and very flat ones', () => {
    const kinds: Kinds = [
      [0, P],
      [30, B],
      [60, P],
      [90, B],
    ];
    expect(anchors(along(-10, ...kinds))).toEqual([[0, 90]]);
    expect(anchors(along(-10.001, ...kinds))).toEqual([]);
    expect(anchors(along(-0.34, ...kinds))).toEqual([]);
    expect(anchors(along(-0.36, ...kinds))).toEqual([[0, 90]]);
  });

  it('wants 80 bars', () => {
    expect(anchors(along(-1, [0, P], [30, B], [60, P], [79, B]))).toEqual([]);
    expect(anchors(along(-1, [0, P], [30, B], [60, P], [80, B]))).toEqual([[0, 80]]);
  });

  it('wants four touches, two of each kind', () => {
    expect(anchors(along(-1, [0, P], [50, B], [100, B]))).toEqual([]);
    expect(anchors(along(-1, [0, P], [40, B], [70, B], [100, B]))).toEqual([]);
    expect(anchors(along(-1, [0, P], [40, B], [70, P], [100, B]))).toEqual([[0, 100]]);
    // B P B B: four, and no three in a row, but one peak only.
    expect(anchors(along(-1, [0, B], [0, P], [50, B], [100, B]))).toEqual([]);
  });

  it('wants as many touches as the settings say, whatever the kinds', () => {
    const settings = { ...DEFAULT_ENGINE_SETTINGS, diagonal: { ...DEFAULT_ENGINE_SETTINGS.diagonal, minTouches: 5 } };
    const four = pointsByHand(along(-1, [0, P], [40, B], [70, P], [100, B]), 0.001);
    const five = pointsByHand(along(-1, [0, P], [40, B], [70, P], [80, P], [100, B]), 0.001);
    expect(diagonalCandidates(four, 'descending', chartByHand({ atr: 10, settings }))).toEqual([]);
    expect(diagonalCandidates(five, 'descending', chartByHand({ atr: 10, settings }))).toHaveLength(1);
  });

  it('takes two of a kind in a row and refuses three', () => {
    expect(anchors(along(-1, [0, P], [40, P], [70, B], [100, B]))).toContainEqual([0, 100]);
    expect(anchors(along(-1, [0, P], [40, P], [60, P], [70, B], [100, B]))).not.toContainEqual([0, 100]);
  });

  it('takes the bottom of a bar before its peak, at the anchors too', () => {
    // B P B P B changes four times; with the peaks first it would be P B P B B.
    const line = descending(along(-1, [0, B], [0, P], [50, B], [50, P], [100, B]));
    const whole = line.find(({ a, b }) => a === 0 && b === 100);
    expect(whole!.score).toBeCloseTo(125 + 20 + 7.5 + 2.5, 10);
  });

  it('counts the other kind on the bar of the second anchor', () => {
    const [line] = descending(along(-1, [0, P], [40, B], [100, B], [100, P]));
    expect(line).toMatchObject({ a: 0, b: 100 });
    expect(line!.score).toBeCloseTo(100 + (20 * 2) / 3 + 7.5 + 2.5, 10);
  });

  it('runs from a peak down to a bottom, or from a bottom up to a peak, and never otherwise', () => {
    const falling = pointsByHand(along(-1, [0, P], [30, B], [60, P], [90, B]), 0.001);
    const rising = pointsByHand(along(1, [0, B], [30, P], [60, B], [90, P]), 0.001);
    const peakUpToBottom = pointsByHand(along(1, [0, P], [30, B], [60, P], [90, B]), 0.001);
    const found = (points: typeof falling, kind: 'ascending' | 'descending'): number =>
      diagonalCandidates(points, kind, chartByHand({ atr: 10 })).length;
    expect([found(falling, 'descending'), found(falling, 'ascending')]).toEqual([1, 0]);
    expect([found(rising, 'descending'), found(rising, 'ascending')]).toEqual([0, 1]);
    expect([found(peakUpToBottom, 'descending'), found(peakUpToBottom, 'ascending')]).toEqual([0, 0]);
  });
});

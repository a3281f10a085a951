import { describe, expect, it } from '@jest/globals';
import { runSteps } from '../../kernel/index.js';
import { chartByHand, type HandMadeFractal, pointsByHand } from '../../../test/support/fractal-points.js';
import { horizontalCandidates as horizontalSteps } from './horizontal-lines.js';

const horizontalCandidates = (...work: Parameters<typeof horizontalSteps>) => runSteps(horizontalSteps(...work));

const peaks = (...fractals: (readonly [index: number, price: number])[]): HandMadeFractal[] =>
  fractals.map(([index, price]) => [index, price, 'peak']);
const anchors = (fractals: HandMadeFractal[], chart = chartByHand()): number[][] =>
  horizontalCandidates(pointsByHand(fractals), chart).map(({ a, b }) => [a, b]);

describe('horizontalCandidates', () => {
  it('scores touches, flatness, length and proximity', () => {
    const chart = chartByHand({ close: 99.5 });
    const [line, ...others] = horizontalCandidates(pointsByHand(peaks([20, 101], [50, 101], [80, 101])), chart);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ a: 20, b: 80, angleDegrees: 0 });
    // 3 touches, flat, 60 of 400 bars, 1.51 % from the close.
    expect(line!.score).toBeCloseTo(75 + 15 + 1.5 + 10, 10);
  });

  it('takes lines of any slope and gives flatness its share', () => {
    const steep = peaks([0, 100], [20, 120], [40, 140]);
    const [line] = horizontalCandidates(pointsByHand(steep), chartByHand());
    expect(line!.angleDegrees).toBeCloseTo(45, 12);
    expect(line!.score).toBeCloseTo(75 + 7.5 + 1, 10);
  });

  it('wants the anchors 20 bars apart', () => {
    expect(anchors(peaks([0, 100], [10, 100], [19, 100]))).toEqual([]);
    expect(anchors(peaks([0, 100], [10, 100], [20, 100]))).toEqual([[0, 20]]);
  });

  it('wants a third touch between the anchors', () => {
    expect(anchors(peaks([0, 100], [30, 100]))).toEqual([]);
    expect(anchors(peaks([0, 100], [30, 110], [60, 100]))).toEqual([]);
  });

  it.each([
    [98.5, 100, true, 'just within, below'],
    [101.5, 100, true, 'just within, above'],
    [98.5, 100.01, false, 'just beyond, below'],
    [98.5, 97.03, false, 'within 1.5 % of the line but not of the fractal’s price'],
    [101.5, 103.04, true, 'within 1.5 % of the fractal’s price but not of the line'],
  ])('measures the tolerance by the own price of the fractal: line %d, fractal %d: %s (%s)', (line, price, touches) => {
    expect(anchors(peaks([0, line], [30, price], [60, line]))).toEqual(touches ? [[0, 60]] : []);
  });
});

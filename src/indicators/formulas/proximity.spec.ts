import { describe, expect, it } from '@jest/globals';
import { proximityOf } from './proximity.js';
import { DEFAULT_ENGINE_SETTINGS } from './settings.js';

const of = (value: number, close = 100): number => proximityOf(value, close, DEFAULT_ENGINE_SETTINGS.proximitySteps);

describe('proximityOf', () => {
  it.each([
    [0, 1],
    [0.0499, 1],
    [0.0501, 0.93],
    [0.1001, 0.8],
    [0.2501, 0.6],
    [0.5001, 0.4],
    [1.0001, 0.2],
    [2.0001, 0],
    [99, 0],
  ])('of a line %d percent away is %d, above the close and below', (percent, expected) => {
    expect(of(100 + percent)).toBe(expected);
    expect(of(100 - percent)).toBe(expected);
  });

  it('measures below zero as above it, and nothing is near a close of zero', () => {
    expect(of(-100.4, -100)).toBe(0.6);
    expect(of(-99.6, -100)).toBe(0.6);
    expect(of(-50, -100)).toBe(0);
    expect(of(0, 0)).toBe(0);
    expect(of(0.00001, 0)).toBe(0);
  });

  it('counts the end of a step in', () => {
    expect(of(99.5)).toBe(0.6);
    expect(of(101)).toBe(0.4);
    expect(of(98)).toBe(0.2);
  });

  it('measures in percent of the close, not of the line', () => {
    // 2 is 2 % of the close 100, but 2.04 % of the line.
    expect(of(98, 100)).toBe(0.2);
    expect(of(100, 98)).toBe(0);
  });
});

import type { ProximityStep } from './settings.js';

/**
 * Proximity of a line's value to the newest close, 0..1: the value of the first step that reaches that far, else 0. The
 * distance is in percent of the close's magnitude; a close of 0 yields 0.
 */
export function proximityOf(lineValue: number, close: number, steps: readonly ProximityStep[]): number {
  if (close === 0) return 0;
  const percent = (Math.abs(close - lineValue) / Math.abs(close)) * 100;
  return steps.find((step) => percent <= step.maxPercent)?.value ?? 0;
}

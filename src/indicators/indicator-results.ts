import type { IndicatorSettings } from '../config/index.js';
import type { Steps } from '../kernel/index.js';
import type { Bars } from '../market/index.js';
import type { Reach } from './answer-window.js';
import { INDICATORS } from './catalog/catalog.js';
import type { BufferReading, IndicatorOptions } from './indicator.js';

/** Results of all indicators for the closed bars of one series. */
export interface IndicatorResults {
  readonly source: 'engine' | 'terminal';
  /** In the order of `INDICATORS`. */
  readonly results: readonly unknown[];
}

/** Computes all indicators; with `readings`, replaceable ones come from the terminal's buffers. */
export function* resultSteps(
  closed: Bars,
  configured: IndicatorSettings,
  { readings, ...options }: IndicatorOptions & { readonly readings?: readonly BufferReading[] } = {},
): Steps<IndicatorResults> {
  const results: unknown[] = [];
  for (const indicator of INDICATORS) {
    const settings = indicator.settings(configured, options);
    const read = readings && indicator.read?.(closed, readings, settings);
    results.push(yield* read ?? indicator.compute(closed, settings));
  }
  return { source: readings === undefined ? 'engine' : 'terminal', results };
}

/** True when a request changes nothing about the configured settings, so that results per closed bar can be shared. */
export function isAsConfigured(configured: IndicatorSettings, options: IndicatorOptions): boolean {
  return INDICATORS.every(
    (indicator) => indicator.settings(configured, options) === indicator.settings(configured, {}),
  );
}

/** The widest reach of all indicators. */
export function reachOf(configured: IndicatorSettings, options: IndicatorOptions): Reach {
  const reaches = INDICATORS.map((indicator) => indicator.reach(indicator.settings(configured, options)));
  return {
    wing: Math.max(...reaches.map(({ wing }) => wing)),
    lookbackBars: Math.max(...reaches.map(({ lookbackBars }) => lookbackBars)),
  };
}

/** Oldest index that an answer shows: the first bar of the window, or an earlier one that an indicator names. */
export function oldestIndex(first: number, { results }: IndicatorResults): number {
  const named = INDICATORS.map((indicator, at) => indicator.oldestIndex?.(results[at]) ?? first);
  return Math.min(first, ...named);
}

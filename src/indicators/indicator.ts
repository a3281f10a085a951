import type { Type } from '@nestjs/common';
import type { ShowTime } from '../candles/index.js';
import type { IndicatorSettings, TerminalIndicator } from '../config/index.js';
import type { Steps } from '../kernel/index.js';
import type { Bars } from '../market/index.js';
import type { AnswerWindow, Reach } from './answer-window.js';

/** What a request may change about the configured settings. */
export interface IndicatorOptions {
  readonly fractalBars?: number | undefined;
}

/** The window with the way in which its times are shown. */
export interface ShownWindow extends AnswerWindow {
  readonly show: ShowTime;
}

/** Buffers of one indicator of a terminal; NaN = no value. */
export interface BufferReading {
  readonly indicator: TerminalIndicator;
  /** Open times of the bars, server seconds, ascending. */
  readonly times: Float64Array;
  readonly columns: readonly { readonly buffer: number; readonly values: Float64Array }[];
}

/**
 * A computation on the closed bars of a series and the members of `data` that show its result. `catalog/catalog.ts` lists
 * all of them. Indexes in a result count in the closed bars that it was computed from.
 */
export interface Indicator<Settings = unknown, Result = unknown> {
  readonly id: string;
  /** Documents the members of `data` that `render` writes. */
  readonly schema: Type;
  /** Values of these members in the example of the route. */
  readonly example: object;
  /** Most bytes that `render` writes for one bar. */
  readonly maxBarBytes: number;
  /** Settings for one request: the configured object itself where the request changes nothing. */
  settings(configured: IndicatorSettings, options: IndicatorOptions): Settings;
  reach(settings: Settings): Reach;
  /** Computes once per closed bar, in steps of well under a millisecond. */
  compute(closed: Bars, settings: Settings): Steps<Result>;
  /** Takes the place of `compute` where a terminal's own indicators are the source. */
  read?(closed: Bars, readings: readonly BufferReading[], settings: Settings): Steps<Result>;
  /** Oldest index that `render` shows, even if it lies before the window. */
  oldestIndex?(result: Result): number | undefined;
  /**
   * JSON texts of the members, without braces around them. Text that depends on the forming bar is yielded apart from
   * text that depends on closed bars alone.
   */
  render(result: Result, window: ShownWindow): Iterable<string>;
}

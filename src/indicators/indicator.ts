import type { Type } from '@nestjs/common';
import type { ShowTime } from '../candles/index.js';
import type { IndicatorSettings, TerminalIndicator } from '../config/index.js';
import type { Steps } from '../kernel/index.js';
import type { Bars } from '../market/index.js';
import type { AnswerWindow, Reach } from './answer-window.js';

/** Settings that a request may change. */
export interface IndicatorOptions {
  readonly fractalBars?: number | undefined;
}

/** A window with the rendering of its times. */
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
 * A computation on the closed bars of a series, and the members of `data` that show its result. `catalog/catalog.ts`
 * lists all indicators. Indexes in a result refer to the closed bars of its computation.
 */
export interface Indicator<Settings = unknown, Result = unknown> {
  readonly id: string;
  /** Schema of the members of `data` that `render` writes. */
  readonly schema: Type;
  /** Values of these members in the example of the route. */
  readonly example: object;
  /** Maximum of bytes that `render` writes for one bar. */
  readonly maxBarBytes: number;
  /** Settings of one request: the configured object itself when the request changes nothing. */
  settings(configured: IndicatorSettings, options: IndicatorOptions): Settings;
  reach(settings: Settings): Reach;
  /** Computes once per closed bar, in steps of well under a millisecond. */
  compute(closed: Bars, settings: Settings): Steps<Result>;
  /** Replaces `compute` where a terminal's own indicators are the source. */
  read?(closed: Bars, readings: readonly BufferReading[], settings: Settings): Steps<Result>;
  /** Oldest index that `render` shows, even before the window. */
  oldestIndex?(result: Result): number | undefined;
  /**
   * JSON texts of the members without enclosing braces. Text that depends on the forming bar is yielded apart from text
   * that depends on closed bars alone.
   */
  render(result: Result, window: ShownWindow): Iterable<string>;
}

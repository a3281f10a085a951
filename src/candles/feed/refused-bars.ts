import { barOpen, type Bars, type Timeframe } from '../../market/index.js';
import type { SymbolRoute } from '../../terminals/index.js';
import type { RefusedBar } from './incoming-bars.js';

/** Bars that open in [from, to), server seconds. */
export interface BarRange {
  readonly from: number;
  readonly to: number;
}

/** What a comparison found besides usable bars. */
export interface Correction {
  /** Bars that the terminal did not tell stay. */
  readonly kept: boolean;
  /** Opens of the slots whose bars were refused, server seconds. */
  readonly refused: readonly number[];
}

/** Who gave an answer, and the server milliseconds until which its bars may have opened. */
export interface AnswerOrigin {
  readonly route: SymbolRoute | undefined;
  readonly untilMs: number;
}

/** Slots that are remembered; beyond that the oldest are forgotten. */
export const MAX_REFUSED_BARS = 1000;

/**
 * Opens of the slots that refused bars belong to, server seconds. Bars ahead of server time are left out: they may still
 * come as they should.
 */
export function refusedSlots(
  refused: readonly RefusedBar[],
  { timeframe, untilMs }: { readonly timeframe: Timeframe; readonly untilMs: number },
): readonly number[] {
  const possible = refused.filter(({ time }) => Number.isSafeInteger(time) && time > 0 && time * 1000 <= untilMs);
  return possible.map(({ time }) => barOpen(timeframe, time));
}

/**
 * Where the terminal has bars that the gateway refused, and none that it serves: at most the newest 1000 slots of a
 * series. A slot is forgotten as soon as a bar stands in it, or the terminal shows that it has nothing there.
 */
export class RefusedBars {
  private slots: readonly number[] = [];

  constructor(private readonly bars: { readonly closed: Bars }) {}

  /** Opens of the slots, server seconds, ascending; a value. */
  get opens(): readonly number[] {
    return this.slots;
  }

  /** An answer of the terminal held refused bars in these slots. True when that is news. */
  add(opens: readonly number[]): boolean {
    return this.adopt([...this.slots, ...opens]);
  }

  /** The terminal told all that it has in [from, to): what is refused there is exactly this. True when that is news. */
  replace({ from, to }: BarRange, opens: readonly number[]): boolean {
    const kept = this.slots.filter((time) => time < from || time >= to);
    return this.adopt([...kept, ...opens]);
  }

  /** Closed bars changed in [from, to). */
  barsChanged({ from, to }: BarRange): void {
    if (this.slots.some((time) => time >= from && time < to)) this.adopt(this.slots);
  }

  /** The series is left for another one. */
  clear(): void {
    this.slots = [];
  }

  private adopt(opens: readonly number[]): boolean {
    if (opens.length === 0 && this.slots.length === 0) return false;
    const vacant = [...new Set(opens)].filter((time) => !this.hasBar(time)).sort((a, b) => a - b);
    const next = vacant.slice(-MAX_REFUSED_BARS);
    if (next.length === this.slots.length && next.every((time, i) => time === this.slots[i])) return false;
    this.slots = next;
    return true;
  }

  private hasBar(time: number): boolean {
    const { closed } = this.bars;
    return closed.time[closed.lowerBound(time)] === time;
  }
}

import { barClose, Bars, type Timeframe } from '../src/market/index.js';
import { type History, MarketSource, type TimeRange } from './market-source.js';
import type { DaySession } from './session-calendar.js';

/** How a broker changed its history afterwards. */
export interface Rewrite {
  /** Bars that lie wholly in [from, to) are affected, server seconds. */
  readonly from: number;
  readonly to: number;
  /** `shift` moves all prices by `points`, `remove` takes the bars away. */
  readonly change: { readonly kind: 'shift'; readonly points: number } | { readonly kind: 'remove' };
}

/** A market whose past was changed. With borders at midnight all timeframes up to D1 still agree. */
export class RewrittenMarket extends MarketSource {
  constructor(
    private readonly original: MarketSource,
    private readonly rewrite: Rewrite,
  ) {
    super();
  }

  get digits(): number {
    return this.original.digits;
  }

  get sessions(): readonly DaySession[] {
    return this.original.sessions;
  }

  lastTick(now: number): number | undefined {
    return this.original.lastTick(now);
  }

  firstTime(timeframe: Timeframe): number | undefined {
    return this.original.firstTime(timeframe);
  }

  between(timeframe: Timeframe, range: TimeRange, now: number): History {
    return this.applied(timeframe, this.original.between(timeframe, range, now), now);
  }

  newest(timeframe: Timeframe, count: number, now: number): History {
    let wanted = count;
    for (;;) {
      const found = this.original.newest(timeframe, wanted, now);
      const { bars, lastForming } = this.applied(timeframe, found, now);
      if (bars.length >= count || found.bars.length < wanted) {
        return { bars: bars.slice(Math.max(0, bars.length - count)), lastForming };
      }
      wanted += count;
    }
  }

  private applied(timeframe: Timeframe, history: History, now: number): History {
    const { from, to, change } = this.rewrite;
    const isAffected = (time: number) => time >= from && barClose(timeframe, time) <= to;
    const candles = history.bars.toArray();
    if (change.kind === 'remove') {
      const bars = Bars.from(candles.filter(({ time }) => !isAffected(time)));
      const last = bars.lastTime;
      return { bars, lastForming: last !== undefined && barClose(timeframe, last) > now };
    }
    const scale = 10 ** this.digits;
    const moved = (price: number) => (Math.round(price * scale) + change.points) / scale;
    const shifted = candles.map((candle) =>
      isAffected(candle.time)
        ? {
            ...candle,
            open: moved(candle.open),
            high: moved(candle.high),
            low: moved(candle.low),
            close: moved(candle.close),
          }
        : candle,
    );
    return { bars: Bars.from(shifted), lastForming: history.lastForming };
  }
}

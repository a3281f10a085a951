import { barOpen, timeframeSeconds, type Candle, type Timeframe } from '../../../src/market/index.js';

/** What one broker knows of one series: the truth that a series in the gateway has to agree with. */
export class MarketTruth {
  closed: Candle[] = [];
  forming: Candle | undefined;
  private ticks = 0;

  constructor(
    readonly brokerServer: string,
    readonly timeframe: Timeframe,
    /** Prices stay within 10 of it, so that brokers can be told apart. */
    readonly level: number,
  ) {}

  /** Makes up history: `count` bars without a hole, up to the bar before the one that contains `now`. */
  seed(count: number, now: number): void {
    const length = timeframeSeconds(this.timeframe);
    const last = barOpen(this.timeframe, now) - length;
    this.closed = Array.from({ length: count }, (_, i) => this.bar(last - (count - 1 - i) * length));
    this.tick(now);
  }

  /** A price change at `now`; gives what is closed by it. */
  tick(now: number): Candle[] {
    const time = barOpen(this.timeframe, now);
    const price = this.price();
    const { forming } = this;
    if (forming !== undefined && forming.time === time) {
      const { high, low, tickVolume } = forming;
      this.forming = {
        ...forming,
        high: Math.max(high, price),
        low: Math.min(low, price),
        close: price,
        tickVolume: tickVolume + 1,
      };
      return [];
    }
    this.forming = {
      time,
      open: price,
      high: price,
      low: price,
      close: price,
      tickVolume: 1,
      spread: 1,
      realVolume: 0,
    };
    if (forming === undefined) return [];
    this.closed.push(forming);
    return [forming];
  }

  /** Rewrites the newest `count` closed bars; every other one vanishes if `thin`. Gives the time it begins at. */
  rewrite(count: number, thin: boolean): number {
    const first = Math.max(1, this.closed.length - count);
    const from = this.closed[first]?.time ?? 0;
    const rest = this.closed.slice(first).filter((_, i) => !thin || i % 2 === 0);
    this.closed = [
      ...this.closed.slice(0, first),
      ...rest.map((bar) => ({ ...bar, close: bar.low, tickVolume: bar.tickVolume + 1000 })),
    ];
    return from;
  }

  private bar(time: number): Candle {
    const [open, close] = [this.price(), this.price()];
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    return { time, open, high, low, close, tickVolume: ++this.ticks, spread: 1, realVolume: 0 };
  }

  private price(): number {
    return this.level + ((++this.ticks * 7919) % 1000) / 100;
  }
}

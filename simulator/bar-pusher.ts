import { nextPushNumber, type BarPush } from '../src/bridge/index.js';
import { barClose, type Candle, type Timeframe } from '../src/market/index.js';
import type { Faults } from './faults.js';
import type { ListedSymbol, TerminalMarket } from './terminal-market.js';

const MAX_BARS_PER_PUSH = 1000;

interface Subscription {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  sequence: number;
  /** Open of the oldest bar that is not pushed as closed yet. */
  nextOpen: number;
  lastForming: Candle | undefined;
}

/** Pushes the bars of the subscribed series of one session, numbered one by one. */
export class BarPusher {
  private readonly subscriptions = new Map<string, Subscription>();
  private held: BarPush | undefined;

  constructor(
    private readonly market: TerminalMarket,
    private readonly faults: Faults,
    private readonly send: (push: BarPush) => void,
  ) {}

  /** Starts a series at the forming bar. Returns the sequence number before its first push. */
  subscribe(symbol: ListedSymbol, timeframe: Timeframe): number {
    const known = this.subscriptions.get(key(symbol.brokerName, timeframe));
    if (known !== undefined) return known.sequence;
    const { bars, lastForming } = symbol.source.newest(timeframe, 1, this.market.clock.now());
    const newest = bars.length === 0 ? undefined : bars.at(0);
    this.subscriptions.set(key(symbol.brokerName, timeframe), {
      symbol: symbol.brokerName,
      timeframe,
      sequence: 0,
      nextOpen: newest === undefined ? 0 : lastForming ? newest.time : newest.time + 1,
      lastForming: lastForming ? newest : undefined,
    });
    return 0;
  }

  unsubscribe(symbol: string, timeframe: string): void {
    this.subscriptions.delete(key(symbol, timeframe));
  }

  /** The subscribed timeframes of a symbol. */
  timeframesOf(symbol: string): Timeframe[] {
    return [...this.subscriptions.values()].filter((one) => one.symbol === symbol).map(({ timeframe }) => timeframe);
  }

  /** Pushes changes since the last call. */
  tick(): void {
    const now = this.market.clock.now();
    for (const subscription of this.subscriptions.values()) {
      const symbol = this.market.findByBrokerName(subscription.symbol);
      if (symbol !== undefined) this.advance(subscription, symbol, now);
    }
  }

  private advance(subscription: Subscription, { source }: ListedSymbol, now: number): void {
    const { timeframe, nextOpen, symbol } = subscription;
    const { bars, lastForming } = source.between(timeframe, { from: nextOpen, to: now + 1 }, now);
    const candles = bars.toArray();
    const forming = lastForming ? candles.pop() : undefined;
    const unchanged = forming === undefined || sameBar(forming, subscription.lastForming);
    if (candles.length === 0 && unchanged) return;
    const lastClosed = candles.at(-1);
    if (lastClosed !== undefined) subscription.nextOpen = barClose(timeframe, lastClosed.time);
    subscription.lastForming = forming;
    for (let from = 0; from === 0 || from < candles.length; from += MAX_BARS_PER_PUSH) {
      const closed = candles.slice(from, from + MAX_BARS_PER_PUSH);
      const isLast = from + MAX_BARS_PER_PUSH >= candles.length;
      subscription.sequence = nextPushNumber(subscription.sequence);
      const sequence = subscription.sequence;
      this.emit({ type: 'bar', symbol, timeframe, sequence, closed, forming: isLast ? forming : undefined });
    }
  }

  private emit(push: BarPush): void {
    if (this.faults.take('losePushes')) return;
    if (this.held === undefined && this.faults.take('latePushes')) {
      this.held = push;
      return;
    }
    this.send(push);
    if (this.faults.take('duplicatePushes')) this.send(push);
    if (this.held !== undefined) this.send(this.held);
    this.held = undefined;
  }
}

function key(symbol: string, timeframe: string): string {
  return `${timeframe} ${symbol}`;
}

function sameBar(a: Candle, b: Candle | undefined): boolean {
  return (
    b !== undefined &&
    a.time === b.time &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.tickVolume === b.tickVolume
  );
}

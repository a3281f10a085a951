import { LiveSeriesRegistry } from '../../../src/candles/registry/live-series-registry.js';
import type { SeriesEvent } from '../../../src/candles/registry/series-event.js';
import { SeededRandom } from '../../../src/kernel/index.js';
import { symbolName, type Timeframe } from '../../../src/market/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MarketTruth } from './market-truth.js';
import { MemoryCandleStore } from './memory-candle-store.js';
import { TruthPool } from './truth-pool.js';
import { seriesSettings } from './series-settings.js';

export const SYMBOL = symbolName('EURUSD');
/** Thursday 8 January 2026, 12:20:20 server time. */
export const START = Date.UTC(2026, 0, 8, 12, 20, 20);

/** Live series of one symbol, fed by one scripted terminal whose truth a test can compare with. */
export class RegistryWorld {
  readonly clock = new ManualClock();
  readonly pool = new TruthPool({ clock: this.clock, symbol: SYMBOL, startMs: START });
  readonly store = new MemoryCandleStore();
  readonly events: SeriesEvent[] = [];
  readonly truths: readonly MarketTruth[];
  readonly series: LiveSeriesRegistry;

  private constructor(private readonly timeframes: readonly Timeframe[]) {
    this.truths = timeframes.map((timeframe) => new MarketTruth('Broker-Live', timeframe, 100));
    for (const truth of this.truths) truth.seed(200, this.pool.now);
    const { pool, store, clock } = this;
    const settings = seriesSettings({ seriesBars: 60, timeframes });
    this.series = new LiveSeriesRegistry({ pool, store, settings, clock, random: new SeededRandom(1) });
    this.series.onEvent((event) => this.events.push(event));
  }

  static async start(timeframes: readonly Timeframe[] = ['M1']): Promise<RegistryWorld> {
    const world = new RegistryWorld(timeframes);
    await world.series.start();
    return world;
  }

  /** The truth of the first timeframe. */
  get truth(): MarketTruth {
    return this.truths[0]!;
  }

  snapshot() {
    return this.series.find(SYMBOL, this.timeframes[0]!)!;
  }

  served(timeframe = this.timeframes[0]!) {
    return this.series.get(SYMBOL, timeframe);
  }

  connect(): void {
    this.pool.connect('MT5_05', this.truths);
    this.pool.heartbeat();
  }

  /** Lets time pass with a heartbeat every 5 seconds. */
  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await this.clock.advanceAsync(1000, 50);
      if (i % 5 === 4) this.pool.heartbeat();
    }
  }

  /** How many requests of a kind the terminal got. */
  asked(type: string): number {
    return this.pool.requests.filter((request) => request.type === type).length;
  }

  /** Ends it and tells how many timers are left. */
  async close(): Promise<number> {
    const closing = this.series.close();
    await this.clock.advanceAsync(1000, 50);
    await closing;
    return this.clock.pendingTimers;
  }
}

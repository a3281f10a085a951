import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CandleAnswers } from '../../../src/candles/answers/candle-answers.js';
import { CandlesController } from '../../../src/candles/answers/candles.controller.js';
import { LiveSeriesRegistry } from '../../../src/candles/registry/live-series-registry.js';
import { SymbolDetails } from '../../../src/candles/answers/symbol-details.js';
import { SymbolsController } from '../../../src/candles/answers/symbols.controller.js';
import { SeededRandom } from '../../../src/kernel/index.js';
import { parseZoneRule, symbolName, type Candle, type Timeframe } from '../../../src/market/index.js';
import { ServerZones } from '../../../src/terminals/index.js';
import { gateway } from '../../support/gateway-builder.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryServerClockStore } from '../../support/memory-server-clock-store.js';
import { MarketTruth } from './market-truth.js';
import { MemoryCandleStore } from './memory-candle-store.js';
import { TruthPool } from './truth-pool.js';
import { seriesSettings } from './series-settings.js';

const SYMBOL = symbolName('EURUSD');
const TIMEFRAMES: readonly Timeframe[] = ['H1', 'H4'];
/** Thursday 8 January 2026, 12:20:20 server time. */
const START = Date.UTC(2026, 0, 8, 12, 20, 20);

/** A bar of an answer. */
export interface AnsweredCandle {
  readonly time: number;
  readonly close: number;
  readonly complete: boolean;
}

/** What `/candles` answers. */
export interface CandlesBody {
  readonly code?: string;
  readonly errors?: readonly { readonly parameter: string }[];
  readonly data: { readonly candles: readonly AnsweredCandle[]; readonly metadata: Record<string, unknown> };
  readonly next_cursor: string | null;
}

/** The routes of candles over HTTP, with one scripted terminal that has 300 bars and 100 of them in memory. */
export async function startCandlesApp({ historyBars = 300, seriesBars = 100, earliestKnown = false, zone = '' } = {}) {
  const clock = new ManualClock();
  const pool = new TruthPool({ clock, symbol: SYMBOL, startMs: START });
  const store = new MemoryCandleStore();
  const truths = TIMEFRAMES.map((timeframe) => new MarketTruth('Broker-Live', timeframe, 100));
  for (const truth of truths) truth.seed(historyBars, pool.now);
  const settings = seriesSettings({ seriesBars, timeframes: TIMEFRAMES });
  const overrides = zone === '' ? [] : [{ server: 'Broker-*', rule: parseZoneRule(zone)! }];
  const zones = new ServerZones({ overrides, store: new MemoryServerClockStore(), clock });
  const series = new LiveSeriesRegistry({ pool, store, settings, clock, zones, random: new SeededRandom(1) });
  const answers = new CandleAnswers(series, pool, store, new Registry());
  @Module({
    controllers: [CandlesController, SymbolsController],
    providers: [
      { provide: CandleAnswers, useValue: answers },
      { provide: SymbolDetails, useValue: new SymbolDetails(series, pool, settings) },
    ],
  })
  class TestCandlesModule {}

  const http = await gateway().withModules(TestCandlesModule).start();
  const keys = { PRO: await http.key({ tier: 'PRO' }), FREE: await http.key({ tier: 'FREE' }) };

  /** Scripted answers need the clock to move while a request is open. */
  const get = async (path: string, options: { tier?: 'PRO' | 'FREE'; headers?: Record<string, string> } = {}) => {
    const { tier = 'PRO', headers = {} } = options;
    const asking = fetch(`${http.url}${path}`, { headers: { 'x-api-key': keys[tier], ...headers } });
    const turn = () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
    let response = await Promise.race([asking, turn()]);
    while (response === undefined) {
      clock.advance(1);
      response = await Promise.race([asking, turn()]);
    }
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as CandlesBody,
    };
  };

  const connect = async () => {
    pool.connect('MT5_05', truths);
    pool.heartbeat();
    await clock.advanceAsync(2000, 20);
  };

  if (earliestKnown) pool.earliest = Object.fromEntries(truths.map((one) => [one.timeframe, one.closed[0]!.time]));
  await series.start();
  await connect();
  return {
    clock,
    pool,
    store,
    zones,
    series,
    truths,
    get,
    connect,
    /** Every bar that the terminal has of a timeframe now. */
    truth: (timeframe: Timeframe): readonly Candle[] => {
      const { closed, forming } = truths.find((one) => one.timeframe === timeframe)!;
      return forming === undefined ? closed : [...closed, forming];
    },
    /** Lets an hour pass in which prices change. */
    tradeAnHour: async () => {
      for (let minute = 0; minute < 60; minute++) {
        await clock.advanceAsync(60_000, 5000);
        pool.heartbeat();
        for (const truth of truths) pool.push(truth, truth.tick(pool.now));
      }
      await clock.advanceAsync(1000, 100);
    },
    close: async () => {
      const closing = series.close();
      await clock.advanceAsync(1000, 50);
      await closing;
      await http.close();
    },
  };
}

/** A running application with candles. */
export type CandlesApp = Awaited<ReturnType<typeof startCandlesApp>>;

import type {
  BridgeErrorCode,
  BridgeRequest,
  BridgeResponse,
  Buffers,
  IndicatorBuffers,
  RatesByCount,
  RatesByRange,
  SymbolInfo,
  SymbolListItem,
} from '../src/bridge/index.js';
import { MAX_ANSWER_ROWS } from '../src/bridge/index.js';
import { isTimeframe, type Timeframe, timeframeSeconds } from '../src/market/index.js';
import type { BarPusher } from './bar-pusher.js';
import type { Faults } from './faults.js';
import { INDICATOR_LOOKBACK, INDICATORS } from './fractal-buffers.js';
import type { History } from './market-source.js';
import type { ListedSymbol, TerminalMarket } from './terminal-market.js';

/** The terminal's "Max bars in chart": nothing beyond is served. */
const MAX_BARS = 2 * MAX_ANSWER_ROWS;
const LOADING_RETRY_MS = 300;

/** What the answers are made from. */
export interface AnswerSources {
  readonly market: TerminalMarket;
  readonly faults: Faults;
  readonly pusher: BarPusher;
  /** Account that the terminal is logged in to now. */
  readonly login: () => number;
}

/** A request that the terminal cannot fulfil. */
class Refusal extends Error {
  constructor(
    readonly code: BridgeErrorCode,
    readonly terminalCode: number,
    message: string,
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }
}

/** What a terminal answers to each request. */
export class RequestAnswers {
  constructor(private readonly sources: AnswerSources) {}

  answer(request: BridgeRequest): BridgeResponse {
    try {
      return this.fulfil(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, terminalCode, message, retryAfterMs } = error;
      return { type: 'error', code, terminalCode, message, retryAfterMs };
    }
  }

  private fulfil(request: BridgeRequest): BridgeResponse {
    const { pusher } = this.sources;
    switch (request.type) {
      case 'rates-by-count':
        return this.ratesByCount(request);
      case 'rates-by-range':
        return this.ratesByRange(request);
      case 'indicator-buffers':
        return this.buffers(request);
      case 'account':
        return this.account();
      case 'symbols':
        return { type: 'symbol-list', symbols: this.sources.market.symbols.map(listItem) };
      case 'symbol':
        return this.symbolInfo(this.symbol(request.symbol));
      case 'subscribe': {
        const sequence = pusher.subscribe(this.symbol(request.symbol), timeframeOf(request.timeframe));
        return { type: 'subscribed', sequence };
      }
      case 'unsubscribe':
        pusher.unsubscribe(request.symbol, request.timeframe);
        break;
      case 'restart':
        break;
    }
    return { type: 'ok' };
  }

  private ratesByCount({ symbol, timeframe, start, count }: RatesByCount): BridgeResponse {
    const listed = this.symbol(symbol);
    const name = timeframeOf(timeframe);
    this.loadHistory();
    const wanted = start + count;
    if (wanted > MAX_BARS) throw new Refusal('no-data', 4404, `at most ${MAX_BARS} bars are kept`);
    const found = listed.source.newest(name, wanted, this.sources.market.clock.now());
    const bars = found.bars.slice(0, Math.max(0, found.bars.length - start));
    const first = this.sources.market.firstTime(listed, name);
    const reachesStart = found.bars.length < wanted || bars.firstTime === first;
    return this.rates({ bars, lastForming: found.lastForming && start === 0 }, reachesStart);
  }

  private ratesByRange({ symbol, timeframe, from, to }: RatesByRange): BridgeResponse {
    const listed = this.symbol(symbol);
    const name = timeframeOf(timeframe);
    this.loadHistory();
    const now = this.sources.market.clock.now();
    const first = this.sources.market.firstTime(listed, name);
    const span = Math.min(to, now + 1) - Math.max(from, first ?? to);
    if (span > MAX_BARS * timeframeSeconds(name)) throw new Refusal('no-data', 4404, 'the range is too long');
    const found = listed.source.between(name, { from, to }, now);
    const bars = found.bars.slice(Math.max(0, found.bars.length - MAX_ANSWER_ROWS));
    const isWhole = bars.length === found.bars.length;
    return this.rates({ bars, lastForming: found.lastForming }, isWhole && (first === undefined || from <= first));
  }

  private rates({ bars, lastForming }: History, reachesStart: boolean): BridgeResponse {
    const isPartial = this.sources.faults.take('partialCalls');
    const served = isPartial ? bars.slice(Math.floor(bars.length / 2)) : bars;
    return { type: 'rates', rates: served.toArray(), lastForming, reachesStart: reachesStart && !isPartial };
  }

  private buffers(request: IndicatorBuffers): Buffers {
    const { source } = this.symbol(request.symbol);
    const timeframe = timeframeOf(request.timeframe);
    const drawings = INDICATORS.get(request.indicator);
    if (drawings === undefined) throw new Refusal('unknown-indicator', 4802, 'no such indicator is installed');
    const missing = request.buffers.find((buffer) => drawings[buffer] === undefined);
    if (missing !== undefined) throw new Refusal('unknown-buffer', 4812, `the indicator has no buffer ${missing}`);
    if (this.sources.faults.take('indicatorLoadingCalls')) {
      throw new Refusal('indicator-loading', 4806, 'the indicator is still being calculated', LOADING_RETRY_MS);
    }
    const { bars } = source.newest(timeframe, request.count + INDICATOR_LOOKBACK, this.sources.market.clock.now());
    const from = Math.max(0, bars.length - request.count);
    const { unwrittenCells } = this.sources.faults.state;
    const columns = request.buffers.map((buffer) => {
      return { buffer, values: drawings[buffer]!(bars, unwrittenCells).subarray(from) };
    });
    return { type: 'buffers', times: bars.time.subarray(from), columns };
  }

  private account(): BridgeResponse {
    const { market, faults } = this.sources;
    return {
      type: 'account-info',
      login: this.sources.login(),
      brokerServer: market.brokerServer,
      company: SIMULATED_COMPANY,
      name: 'Simulated account',
      currency: 'USD',
      tradeMode: 'demo',
      leverage: 100,
      balance: 100_000,
      equity: 100_000,
      brokerConnected: faults.state.brokerConnected,
    };
  }

  private symbolInfo(symbol: ListedSymbol): SymbolInfo {
    const { description, ...item } = listItem(symbol);
    return {
      ...item,
      type: 'symbol-info',
      description,
      path: `${symbol.profile.group}\\${symbol.brokerName}`,
      point: 1 / 10 ** symbol.source.digits,
      sessions: symbol.source.sessions,
      earliest: this.sources.market.earliest(symbol),
    };
  }

  private symbol(brokerName: string): ListedSymbol {
    const symbol = this.sources.market.findByBrokerName(brokerName);
    if (symbol === undefined) throw new Refusal('unknown-symbol', 4301, 'the broker has no symbol of this name');
    return symbol;
  }

  private loadHistory(): void {
    if (!this.sources.faults.takeHistoryLoading()) return;
    throw new Refusal('history-loading', 4401, 'the history is still being loaded', LOADING_RETRY_MS);
  }
}

/** Says in every account answer and hello that no broker is behind it. */
export const SIMULATED_COMPANY = 'Simulated market';

function timeframeOf(name: string): Timeframe {
  if (!isTimeframe(name)) throw new Refusal('unknown-timeframe', 4002, 'MetaTrader has no timeframe of this name');
  return name;
}

function listItem({ brokerName, profile, source }: ListedSymbol): SymbolListItem {
  const { description, contractSize, baseCurrency, profitCurrency } = profile;
  return {
    ...{ symbol: brokerName, description, digits: source.digits, contractSize, baseCurrency, profitCurrency },
    tradable: true,
  };
}

import { Injectable } from '@nestjs/common';
import { SeriesSettings } from '../../config/index.js';
import type { SymbolName, Timeframe } from '../../market/index.js';
import { TerminalPool } from '../../terminals/index.js';
import type { SymbolDetailsView } from './candles.schema.js';
import { LiveSeriesRegistry } from '../registry/live-series-registry.js';

/** Reads what the terminal tells of a symbol. */
@Injectable()
export class SymbolDetails {
  constructor(
    private readonly series: LiveSeriesRegistry,
    private readonly pool: TerminalPool,
    private readonly settings: SeriesSettings,
  ) {}

  /** @throws terminal-disconnected, terminal-timeout, terminal-error */
  async of(symbol: SymbolName, allowed: readonly Timeframe[]): Promise<SymbolDetailsView> {
    const route = this.pool.findRoute(symbol);
    if (route === undefined) throw this.pool.away(symbol);
    const known = await this.series.facts.properties(route);
    const timeframes = this.settings.timeframes.filter((timeframe) => allowed.includes(timeframe));
    return {
      symbol,
      broker_symbol: route.brokerSymbol,
      description: known.description,
      terminal_id: route.terminalId,
      digits: known.digits,
      point: known.point,
      contract_size: known.contractSize,
      base_currency: known.baseCurrency,
      profit_currency: known.profitCurrency,
      earliest: Object.fromEntries(
        timeframes.map((timeframe) => [timeframe, known.earliest[timeframe] ?? this.firstBar(symbol, timeframe)]),
      ),
      source: route.simulated ? 'simulator' : 'terminal',
    };
  }

  /** Where the terminal does not say: the oldest bar that is known, if it is the first that exists. */
  private firstBar(symbol: SymbolName, timeframe: Timeframe): number | null {
    const snapshot = this.series.find(symbol, timeframe);
    return snapshot?.reachesStart === true ? (snapshot.closed.firstTime ?? null) : null;
  }
}

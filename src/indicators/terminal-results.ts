import { Injectable } from '@nestjs/common';
import type { SeriesSnapshot } from '../candles/index.js';
import { type ConfiguredParameter, IndicatorSettings, type TerminalIndicator } from '../config/index.js';
import { SharedSteps } from '../kernel/index.js';
import { TerminalPool, type SymbolRoute } from '../terminals/index.js';
import type { BufferReading } from './indicator.js';
import { type IndicatorResults, resultSteps } from './indicator-results.js';

/** Number of bars whose buffers are read: the longest window plus wings. */
const MAX_BARS = 5200;

/** Reads results of the terminal's own indicators, once per closed bar and series. */
@Injectable()
export class TerminalResults {
  private readonly readings = new Map<
    string,
    { readonly closedRevision: number; readonly result: Promise<SharedSteps<IndicatorResults>> }
  >();

  constructor(
    private readonly pool: TerminalPool,
    private readonly settings: IndicatorSettings,
  ) {}

  /**
   * The remaining steps to the result for these closed bars once their buffers are read.
   * @throws errors of terminal requests: terminal-disconnected, terminal-timeout, terminal-error, history-loading
   */
  of(snapshot: SeriesSnapshot): Promise<SharedSteps<IndicatorResults>> {
    const key = `${snapshot.symbol}/${snapshot.timeframe}`;
    const known = this.readings.get(key);
    if (known?.closedRevision === snapshot.closedRevision) return known.result;
    const reading = { closedRevision: snapshot.closedRevision, result: this.read(snapshot) };
    this.readings.set(key, reading);
    reading.result.catch(() => {
      if (this.readings.get(key) === reading) this.readings.delete(key);
    });
    return reading.result;
  }

  /** Drops the results with a matching key (`EURUSD/H1`); returns their number. */
  forget(matches: (key: string) => boolean): number {
    const keys = [...this.readings.keys()].filter(matches);
    for (const key of keys) this.readings.delete(key);
    return keys.length;
  }

  private async read(snapshot: SeriesSnapshot): Promise<SharedSteps<IndicatorResults>> {
    const route = this.pool.route(snapshot.symbol);
    const closed = snapshot.closed;
    const readings: BufferReading[] = [];
    for (const indicator of this.settings.terminal) {
      readings.push(await this.readOne(indicator, route, snapshot));
    }
    return new SharedSteps(resultSteps(closed, this.settings, { readings }));
  }

  private async readOne(
    indicator: TerminalIndicator,
    route: SymbolRoute,
    { timeframe, closed }: SeriesSnapshot,
  ): Promise<BufferReading> {
    const { times, columns } = await this.pool.request(route.terminalId, {
      type: 'indicator-buffers',
      symbol: route.brokerSymbol,
      timeframe,
      indicator: indicator.indicator,
      parameters: indicator.parameters.map(wireParameter),
      buffers: [...new Set(Object.values(indicator.buffers))],
      count: Math.min(closed.length + 1, MAX_BARS),
    });
    return { indicator, times, columns };
  }
}

type WireParameter =
  | { readonly type: Exclude<ConfiguredParameter['type'], 'bool' | 'string'>; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

/** The configuration is validated, so the value fits its type. */
function wireParameter({ type, value }: ConfiguredParameter): WireParameter {
  if (type === 'bool') return { type, value: value === true };
  if (type === 'string') return { type, value: String(value) };
  return { type, value: Number(value) };
}

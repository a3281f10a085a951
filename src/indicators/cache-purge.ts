import { Injectable } from '@nestjs/common';
import { KeyRecords } from '../access/index.js';
import { SeriesRegistry } from '../candles/index.js';
import { SeriesSettings } from '../config/index.js';
import { InvalidParameterError } from '../http/index.js';
import { Clock } from '../kernel/index.js';
import { isTimeframe, type SymbolName, type Timeframe } from '../market/index.js';
import { AuditLog } from '../persistence/index.js';
import { TerminalPool } from '../terminals/index.js';
import { IndicatorAnswers } from './indicator-answers.js';

/** What is to be forgotten. */
export interface PurgeOrder {
  /** Only of this symbol; undefined = all. */
  readonly symbol: string | undefined;
  /** Only of this timeframe; undefined = all. */
  readonly timeframe: string | undefined;
  readonly answers: boolean;
  readonly keys: boolean;
  readonly series: boolean;
}

/** What was forgotten. */
export interface Purged {
  /** Rendered answers and results that were computed or read for them. */
  readonly answers: number;
  readonly keys: boolean;
  /** Series that are fetched again. */
  readonly refilled: readonly string[];
  /** Series that no terminal feeds now; they are filled when one comes. */
  readonly unfed: readonly string[];
}

/**
 * Forgets what can be had again. Never touched: candles in the database beyond those that a refill corrects, accounts,
 * limits that are used up, and what clients keep themselves.
 */
@Injectable()
export class CachePurge {
  constructor(
    private readonly answers: IndicatorAnswers,
    private readonly keys: KeyRecords,
    private readonly series: SeriesRegistry,
    private readonly pool: TerminalPool,
    private readonly settings: SeriesSettings,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws invalid-parameter, symbol-not-found; reduced-capacity when it cannot be written into the audit trail */
  async run(order: PurgeOrder, by: { keyId: string; requestId: string | undefined }): Promise<Purged> {
    const { symbols, timeframes } = this.filterOf(order);
    await this.audit.write({
      at: new Date(this.clock.nowMs()),
      actor: `key:${by.keyId}`,
      action: 'cache.purged',
      target: 'cache',
      detail: { ...order },
      requestId: by.requestId,
    });
    const isMeant = (symbol: string, timeframe: string): boolean =>
      symbols.some((name) => name === symbol) && timeframes.some((name) => name === timeframe);
    const answers = order.answers ? this.answers.forget(isMeant) : 0;
    if (order.keys) this.keys.doubtAll();
    return { answers, keys: order.keys, ...(order.series ? this.refill(symbols, timeframes) : NOTHING) };
  }

  private filterOf({ symbol, timeframe, series }: PurgeOrder) {
    const { timeframes } = this.settings;
    if (timeframe !== undefined && !(isTimeframe(timeframe) && timeframes.includes(timeframe))) {
      throw InvalidParameterError.of('timeframe', `must be one of ${timeframes.join(', ')}`);
    }
    // A whole pool that reads all its history at once would serve nothing else for minutes.
    if (series && symbol === undefined) throw InvalidParameterError.of('symbol', 'must be given with series: true');
    const known = this.pool.symbols.filter((name) => symbol === undefined || name === symbol);
    // Throws the error of an unknown symbol, with suggestions.
    if (known.length === 0) this.pool.terminalIdOf(symbol as SymbolName);
    return { symbols: known, timeframes: timeframes.filter((name) => timeframe === undefined || name === timeframe) };
  }

  private refill(symbols: readonly SymbolName[], timeframes: readonly Timeframe[]) {
    const refilled: string[] = [];
    const unfed: string[] = [];
    for (const symbol of symbols) {
      for (const timeframe of timeframes) {
        (this.series.requestBackfill(symbol, timeframe) ? refilled : unfed).push(`${symbol}/${timeframe}`);
      }
    }
    return { refilled, unfed };
  }
}

const NOTHING = { refilled: [], unfed: [] } as const;

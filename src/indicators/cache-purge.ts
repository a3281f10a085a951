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

export interface PurgeRequest {
  /** Undefined = all symbols. */
  readonly symbol: string | undefined;
  /** Undefined = all timeframes. */
  readonly timeframe: string | undefined;
  readonly answers: boolean;
  readonly keys: boolean;
  readonly series: boolean;
}

/** Result of a purge. */
export interface Purged {
  /** Number of dropped answers and results. */
  readonly answers: number;
  readonly keys: boolean;
  /** Series that a backfill fetches again. */
  readonly refilled: readonly string[];
  /** Series that no terminal feeds now; the next terminal starts their backfill. */
  readonly unfed: readonly string[];
}

/**
 * Drops caches that can be rebuilt. It never touches candles in the database beyond those that a backfill corrects,
 * accounts, used-up limits, and caches of clients.
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
  async run(request: PurgeRequest, by: { keyId: string; requestId: string | undefined }): Promise<Purged> {
    const { symbols, timeframes } = this.filterOf(request);
    await this.audit.write({
      at: new Date(this.clock.nowMs()),
      actor: `key:${by.keyId}`,
      action: 'cache.purged',
      target: 'cache',
      detail: { ...request },
      requestId: by.requestId,
    });
    const matches = (symbol: string, timeframe: string): boolean =>
      symbols.some((name) => name === symbol) && timeframes.some((name) => name === timeframe);
    const answers = request.answers ? this.answers.forget(matches) : 0;
    if (request.keys) this.keys.doubtAll();
    return { answers, keys: request.keys, ...(request.series ? this.backfill(symbols, timeframes) : NOTHING) };
  }

  private filterOf({ symbol, timeframe, series }: PurgeRequest) {
    const { timeframes } = this.settings;
    if (timeframe !== undefined && !(isTimeframe(timeframe) && timeframes.includes(timeframe))) {
      throw InvalidParameterError.of('timeframe', `must be one of ${timeframes.join(', ')}`);
    }
    // A pool that reads all its history at the same time would serve nothing else for minutes.
    if (series && symbol === undefined) throw InvalidParameterError.of('symbol', 'must be given with series: true');
    const known = this.pool.symbols.filter((name) => symbol === undefined || name === symbol);
    // Throws the unknown-symbol error with its suggestions.
    if (known.length === 0) this.pool.terminalIdOf(symbol as SymbolName);
    return { symbols: known, timeframes: timeframes.filter((name) => timeframe === undefined || name === timeframe) };
  }

  private backfill(symbols: readonly SymbolName[], timeframes: readonly Timeframe[]) {
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

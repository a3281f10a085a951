import { ErrorExample, GatewayError } from '../kernel/index.js';
import type { SymbolName, Timeframe } from '../market/index.js';
import type { SeriesSnapshot } from './series-registry.js';
import type { SeriesFault } from './series/series-faults.js';

/** A terminal gives thousands of bars within this time, seconds. */
const HISTORY_SECONDS = 5;
/** A terminal gives what came since the last bar of ours within this time, seconds. */
const CATCH_UP_SECONDS = 2;

interface LoadingSeries extends Pick<SeriesSnapshot, 'timeframe' | 'terminalId'> {
  readonly symbol: string;
}

/** The terminal still loads the history, or bars are on their way from it or from the database. */
@ErrorExample('history-loading', () => {
  const series = { symbol: 'EURUSD', timeframe: 'H1', terminalId: 'MT5_05' } as const;
  return new SeriesLoadingError(series, 'history');
})
export class SeriesLoadingError extends GatewayError {
  readonly code = 'history-loading';
  override readonly retryable = true;

  /** `missing`: thousands of bars, or those since the last one that is kept. */
  constructor({ symbol, timeframe, terminalId }: LoadingSeries, missing: 'history' | 'newest') {
    super(
      `History of ${symbol} ${timeframe} is still loading from terminal ${terminalId}; ask again in a few seconds`,
      {
        retryAfterSeconds: missing === 'newest' ? CATCH_UP_SECONDS : HISTORY_SECONDS,
        members: { terminal_id: terminalId },
      },
    );
  }
}

/** The terminal has given no usable bars for longer than loading explains. */
export class SeriesFaultError extends GatewayError {
  readonly code = 'terminal-error';
  override readonly retryable = true;

  constructor({ series: { symbol, timeframe }, terminalId, reason, members }: SeriesFault) {
    super(`${symbol} ${timeframe} cannot be served, terminal ${terminalId} gives no usable bars: ${reason}`, {
      retryAfterSeconds: 30,
      members: { ...members, terminal_id: terminalId },
    });
  }
}

/** No terminal is configured for the symbol. */
export class UnknownSeriesError extends GatewayError {
  readonly code = 'symbol-not-found';

  constructor(symbol: SymbolName, timeframe: Timeframe) {
    super(`No series ${symbol} ${timeframe} is kept here; see /api/v1/symbols and /api/v1/timeframes`);
  }
}

/** What the terminal gave cannot be used (yet); the backfill is tried again. */
export class BackfillRefusedError extends GatewayError {
  readonly code = 'history-loading';
  override readonly retryable = true;

  constructor(message: string) {
    super(message, { retryAfterSeconds: 5 });
  }
}

import { GatewayError } from '../kernel/index.js';
import type { SymbolName, Timeframe } from '../market/index.js';
import type { SeriesFault } from './series-faults.js';

/** The terminal still loads the history, or we are filling a gap. */
export class SeriesLoadingError extends GatewayError {
  readonly code = 'history-loading';
  override readonly retryable = true;

  constructor(symbol: SymbolName, timeframe: Timeframe, terminalId: string) {
    super(
      `History of ${symbol} ${timeframe} is still loading from terminal ${terminalId}; ask again in a few seconds`,
      {
        retryAfterSeconds: 5,
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

/** What the terminal gave cannot be used (yet); the fill is tried again. */
export class FillRefusedError extends GatewayError {
  readonly code = 'history-loading';
  override readonly retryable = true;

  constructor(message: string) {
    super(message, { retryAfterSeconds: 5 });
  }
}

import { isSymbolName, isTimeframe } from '../../market/index.js';
import type { StoredSeries } from './candle-store.js';
import type { SeriesEntity } from '../entities/series.entity.js';
import { BrokenRowError } from '../database/persistence.errors.js';

/** @throws BrokenRowError when the row does not name a symbol and a timeframe of this build */
export function seriesFromRow(row: SeriesEntity): StoredSeries {
  const { symbol, timeframe } = row;
  const broken = (fault: string): BrokenRowError => new BrokenRowError('series', String(row.id), fault);
  if (!isSymbolName(symbol)) throw broken('symbol is not a canonical name');
  if (!isTimeframe(timeframe)) throw broken('timeframe is unknown');
  if (Number.isNaN(row.openedAt.getTime())) throw broken('opened_at is not a time');
  return {
    id: row.id,
    brokerServer: row.brokerServer,
    symbol,
    timeframe,
    brokerSymbol: row.brokerSymbol,
    terminalId: row.terminalId,
    digits: row.digits,
    utcOffsetSeconds: row.utcOffsetSeconds ?? undefined,
    simulated: row.simulated,
    reachesStart: row.reachesStart,
    openedAt: row.openedAt,
  };
}

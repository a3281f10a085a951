import type { SeriesSnapshot } from '../../src/candles/index.js';
import { Bars, type Candle, RuleZone, SessionCalendar, symbolName } from '../../src/market/index.js';

/** A live snapshot of EURUSD H1 with these bars; everything else can be overridden. */
export function snapshotOf(candles: readonly Candle[], overrides: Partial<SeriesSnapshot> = {}): SeriesSnapshot {
  return {
    symbol: symbolName('EURUSD'),
    timeframe: 'H1',
    revision: 1,
    closedRevision: 1,
    state: 'live',
    closed: Bars.from(candles),
    forming: undefined,
    terminalId: 'MT5_05',
    source: 'terminal',
    digits: 5,
    utcOffsetSeconds: 7200,
    zone: new RuleZone({ kind: 'fixed', offset: 7200 }),
    reachesStart: true,
    refused: [],
    unconfirmed: undefined,
    calendar: SessionCalendar.WEEKDAYS,
    serverDays: { revision: 0, isClosed: () => false },
    stale: false,
    ...overrides,
  };
}

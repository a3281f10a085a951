/**
 * What a market is made of. One word per idea, in the whole code base:
 *
 * - **terminal**: a MetaTrader 5 program on some host, known by its id (`MT5_05`).
 * - **bridge**: the program inside (or next to) a terminal that speaks our protocol; also the protocol itself.
 * - **connection**: one TCP connection of a bridge; **session**: an authenticated connection, numbered by its epoch.
 * - **pool**: all terminals and their sessions.
 * - **symbol**: the canonical name that customers use; **broker symbol**: what the terminal calls it.
 * - **bar**: open, high, low, close and volumes of one slot of time; **forming** until its time is over, **closed**
 *   afterwards. The public routes and the table call it a **candle**.
 * - **timeframe**: the length of a slot, by MetaTrader's name.
 * - **series**: the bars of one symbol and timeframe, closed ones ascending and unique, and at most one forming.
 * - **server time**: the broker's wall clock, written as if it were UTC, in unix seconds.
 * - **indicator**: values derived from a series, by our engine or by the terminal.
 * - **key**, **account**, **tier**, **quota**: who calls, who pays, what they may see, and how often.
 */
export { Bars } from './bars.js';
export { candleFault } from './candle.js';
export type { Candle } from './candle.js';
export { findGaps, GAP_REASONS, gapBetween, MAX_GAPS } from './gaps.js';
export type { Gap } from './gaps.js';
export { sameBar, Series } from './series.js';
export type { SeriesChange } from './series.js';
export { SessionCalendar } from './session-calendar.js';
export { isSymbolName, suggestSymbols, symbolName } from './symbol-name.js';
export type { SymbolName } from './symbol-name.js';
export { barClose, barOpen, isTimeframe, TIMEFRAMES, timeframeSeconds } from './timeframe.js';
export type { Timeframe } from './timeframe.js';
export { learnZone } from './zone/learn-zone.js';
export type { LearnedZone } from './zone/learn-zone.js';
export { RuleZone } from './zone/rule-zone.js';
export { ServerZone, UNKNOWN_ZONE } from './zone/server-zone.js';
export type { OffsetSpan } from './zone/server-zone.js';
export { mergeEdges, showsForexWeek, weekendEdges } from './zone/weekend-edges.js';
export type { WeekendEdges } from './zone/weekend-edges.js';
export type { OffsetSighting, ZoneEvidence } from './zone/zone-evidence.js';
export { formatOffset, formatZoneRule, parseZoneRule } from './zone/zone-rule.js';
export type { ZoneRule } from './zone/zone-rule.js';
export { tradesOnWeekends, TradingHours } from './trading-hours.js';

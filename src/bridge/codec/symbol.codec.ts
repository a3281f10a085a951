import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { MAX_EARLIEST, MAX_SESSIONS, SYMBOLS_PER_CHUNK } from '../limits.js';
import type { QuoteSession, SymbolInfo, SymbolList, SymbolListItem } from '../messages.js';

const DAY_SECONDS = 86_400;
/** MetaTrader has at most 8; a number far above is a misread byte. */
const MAX_DIGITS = 16;

/** One chunk; the whole answer is the same message with more symbols. */
export function writeSymbolList(writer: BufferWriter, message: SymbolList): void {
  writer.u16(message.symbols.length, SYMBOLS_PER_CHUNK);
  for (const item of message.symbols) writeItem(writer, item);
}

/** Leaves out impossible entries, so that one odd symbol does not hide all others. */
export function readSymbolList(reader: BufferReader): SymbolList {
  const count = reader.u16(SYMBOLS_PER_CHUNK);
  const readable = reader.problem === undefined;
  const symbols: SymbolListItem[] = [];
  const refused: string[] = [];
  for (const entry of reader.list(count, readEntry(readable))) {
    if (typeof entry === 'string') refused.push(entry);
    else symbols.push(entry);
  }
  return { type: 'symbol-list', symbols, ...(refused.length > 0 && { refused }) };
}

/** An entry, or why it is impossible; when the list itself is unreadable, that remains the problem. */
function readEntry(readable: boolean) {
  return (reader: BufferReader): SymbolListItem | string => {
    const item = reader.item(readItem, ({ symbol }) => `in the entry of ${symbol}`);
    return (readable ? reader.takeProblem() : undefined) ?? item;
  };
}

function writeItem(writer: BufferWriter, item: SymbolListItem): void {
  writer.name(item.symbol);
  writer.text(item.description);
  writer.u8(item.digits, MAX_DIGITS);
  writer.f64(item.contractSize);
  writer.name(item.baseCurrency);
  writer.name(item.profitCurrency);
  writer.bool(item.tradable);
}

function readItem(reader: BufferReader): SymbolListItem {
  return {
    symbol: reader.name(),
    description: reader.text(),
    digits: reader.u8(MAX_DIGITS),
    contractSize: reader.f64(),
    baseCurrency: reader.name(),
    profitCurrency: reader.name(),
    tradable: reader.bool(),
  };
}

/** The fields of the list, then the additional ones of a single symbol's answer. */
export function writeSymbolInfo(writer: BufferWriter, message: SymbolInfo): void {
  writeItem(writer, message);
  writer.text(message.path);
  writer.f64(message.point);
  writer.u16(message.sessions.length, MAX_SESSIONS);
  for (const session of message.sessions) {
    writer.u8(session.weekday, 6);
    writer.u32(session.from, DAY_SECONDS);
    writer.u32(session.to, DAY_SECONDS);
  }
  const earliest = Object.entries(message.earliest);
  writer.u8(earliest.length, MAX_EARLIEST);
  for (const [timeframe, time] of earliest) {
    writer.name(timeframe);
    writer.count64(time);
  }
}

export function readSymbolInfo(reader: BufferReader): SymbolInfo {
  return {
    type: 'symbol-info',
    ...readItem(reader),
    path: reader.text(),
    point: reader.f64(),
    sessions: reader.list(reader.u16(MAX_SESSIONS), readSession),
    earliest: readEarliest(reader),
  };
}

function readSession(reader: BufferReader): QuoteSession {
  return { weekday: reader.u8(6), from: reader.u32(DAY_SECONDS), to: reader.u32(DAY_SECONDS) };
}

function readEarliest(reader: BufferReader): Record<string, number> {
  const entries = reader.list(reader.u8(MAX_EARLIEST), () => [reader.name(), reader.count64()] as const);
  if (new Set(entries.map(([timeframe]) => timeframe)).size !== entries.length)
    reader.refuse('a timeframe comes twice');
  return Object.fromEntries(entries);
}

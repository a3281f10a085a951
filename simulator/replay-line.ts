import { type Candle, candleFault } from '../src/market/index.js';

/** How the lines of a file are read. Both formats hold the same columns under other names. */
export interface LineFormat {
  readonly separator: ',' | '\t';
  /** Lower-case column names in order. */
  readonly columns: readonly string[];
}

/** A line that is no bar; the message says why. */
export class BadLineError extends Error {}

const CSV_HEADER = 'time,open,high,low,close,tick_volume,spread,real_volume';
const EXPORT_COLUMNS = ['date', 'time', 'open', 'high', 'low', 'close', 'tickvol', 'vol', 'spread'];
const DECIMAL = /^\d{1,12}(\.\d{1,10})?$/;
const WHOLE = /^\d{1,15}$/;

/** The format that a header announces. @throws BadLineError when it is neither of the two */
export function formatOf(header: string): LineFormat {
  if (header === CSV_HEADER) return { separator: ',', columns: header.split(',') };
  const columns = header.split('\t').map((name) => name.replace(/^<(.*)>$/, '$1').toLowerCase());
  const withoutTime = EXPORT_COLUMNS.filter((name) => name !== 'time');
  const known = [EXPORT_COLUMNS, withoutTime].some((names) => names.join() === columns.join());
  if (known && header.startsWith('<')) return { separator: '\t', columns };
  throw new BadLineError(`the header is neither '${CSV_HEADER}' nor MetaTrader's <DATE> <TIME> <OPEN> … with tabs`);
}

/** A bar and the decimals of its prices. @throws BadLineError */
export function parseLine(line: string, { separator, columns }: LineFormat): { candle: Candle; digits: number } {
  const cells = line.split(separator);
  if (cells.length !== columns.length) {
    throw new BadLineError(`${cells.length} columns where the header has ${columns.length}`);
  }
  const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
  const prices = ['open', 'high', 'low', 'close'].map((name) => decimal(cell(name), name));
  const [open, high, low, close] = prices as [number, number, number, number];
  const isExport = columns[0] === 'date';
  const candle = {
    time: isExport ? exportTime(cell('date'), cell('time')) : whole(cell('time'), 'time'),
    ...{ open, high, low, close },
    tickVolume: whole(cell(isExport ? 'tickvol' : 'tick_volume'), 'tick volume'),
    spread: whole(cell('spread'), 'spread'),
    realVolume: whole(cell(isExport ? 'vol' : 'real_volume'), 'real volume'),
  };
  const fault = candleFault(candle);
  if (fault !== undefined) throw new BadLineError(fault);
  const digits = Math.max(...['open', 'high', 'low', 'close'].map((name) => decimals(cell(name))));
  return { candle, digits };
}

function decimal(text: string, name: string): number {
  if (!DECIMAL.test(text)) throw new BadLineError(`${name} is not a decimal number`);
  return Number(text);
}

function whole(text: string, name: string): number {
  if (!WHOLE.test(text)) throw new BadLineError(`${name} is not a whole number of at most 15 digits`);
  return Number(text);
}

function decimals(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** `2024.01.31` and `13:05` or `13:05:00`; no time = midnight. */
function exportTime(date: string, time: string): number {
  const [, year, month, day] = /^(\d{4})\.(\d{2})\.(\d{2})$/.exec(date) ?? [];
  const [, hour, minute, second = '00'] = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(time === '' ? '00:00' : time) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const parsed = new Date(iso);
  // A 31st of February would silently become a day in March.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== iso) {
    throw new BadLineError('date or time is not as in 2024.01.31 and 13:05:00');
  }
  return parsed.getTime() / 1000;
}

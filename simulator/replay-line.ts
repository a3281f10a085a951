import { type Candle, candleFault } from '../src/market/index.js';

/** The format of a file's lines. Both formats hold the same columns under other names. */
export interface LineFormat {
  readonly separator: ',' | '\t';
  /** Lower-case column names in order. */
  readonly columns: readonly string[];
}

/** A line that is no bar; the message says why. */
export class BadLineError extends Error {}

const CSV_HEADER = 'time,open,high,low,close,tick_volume,spread,real_volume';
const EXPORT_COLUMNS = ['date', 'time', 'open', 'high', 'low', 'close', 'tickvol', 'vol', 'spread'];
const DECIMAL = /^-?\d{1,12}(\.\d{1,10})?$/;
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
  const isExport = columns[0] === 'date';
  // The prices are adjacent in both formats; the time precedes them in one or two columns.
  const first = columns.indexOf('open');
  const [open, high, low, close] = [cells[first]!, cells[first + 1]!, cells[first + 2]!, cells[first + 3]!];
  const [tickVolume, spread, realVolume] = isExport
    ? [cells[first + 4]!, cells[first + 6]!, cells[first + 5]!]
    : [cells[first + 4]!, cells[first + 5]!, cells[first + 6]!];
  const candle = {
    time: isExport ? exportTime(cells[0]!, first === 2 ? cells[1]! : '00:00') : whole(cells[0]!, 'time'),
    open: decimal(open, 'open'),
    high: decimal(high, 'high'),
    low: decimal(low, 'low'),
    close: decimal(close, 'close'),
    tickVolume: whole(tickVolume, 'tick volume'),
    spread: whole(spread, 'spread'),
    realVolume: whole(realVolume, 'real volume'),
  };
  const fault = candleFault(candle);
  if (fault !== undefined) throw new BadLineError(fault);
  return { candle, digits: Math.max(decimals(open), decimals(high), decimals(low), decimals(close)) };
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

/** `2024.01.31` and `13:05` or `13:05:00`. */
function exportTime(date: string, time: string): number {
  const [, year, month, day] = /^(\d{4})\.(\d{2})\.(\d{2})$/.exec(date) ?? [];
  const [, hour, minute, second = '00'] = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(time) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const parsed = new Date(iso);
  // A 31st of February would silently become a day in March.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== iso) {
    throw new BadLineError('date or time is not as in 2024.01.31 and 13:05:00');
  }
  return parsed.getTime() / 1000;
}

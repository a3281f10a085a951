import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { barClose, barOpen, Bars, type Candle, isTimeframe, type Timeframe } from '../src/market/index.js';
import { BadLineError, formatOf, type LineFormat, parseLine } from './replay-line.js';
import { ReplayFileError } from './simulator.errors.js';

const NAME = /^(.+)_([A-Za-z0-9]+)\.csv(?:\.gz)?$/;
/** MetaTrader's exports have the first and last bar in their names, and words for the long timeframes. */
const EXPORT_RANGE = /_\d{12}_\d{12}(?=\.csv)/;
const EXPORT_WORDS: Readonly<Record<string, Timeframe>> = { Daily: 'D1', Weekly: 'W1', Monthly: 'MN1' };
/** Largest unpacked size; a hundred years of minutes are about half of it. */
const MAX_BYTES = 1_500_000_000;

/** One series read from a file. */
export interface ReplayFile {
  /** File name without folder. */
  readonly file: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly bars: Bars;
  /** Decimals of the prices as written. */
  readonly digits: number;
  /** End of the last bar, server seconds. */
  readonly end: number;
  /** SHA-256 of the unpacked text, so that packing does not matter. */
  readonly digest: string;
}

/** Symbol and timeframe that a file name stands for; undefined = not a file of candles. */
export function replayName(file: string): { symbol: string; timeframe: Timeframe } | undefined {
  const [, symbol, word] = NAME.exec(file.replace(EXPORT_RANGE, '')) ?? [];
  if (symbol === undefined || word === undefined) return undefined;
  const timeframe = Object.hasOwn(EXPORT_WORDS, word) ? EXPORT_WORDS[word]! : word;
  if (!isTimeframe(timeframe)) return undefined;
  return { symbol, timeframe };
}

/** Reads one series. @throws ReplayFileError naming file and line for anything that is not a clean, ascending series */
export function readReplayFile(path: string): ReplayFile {
  const file = basename(path);
  const name = replayName(file);
  if (name === undefined) throw new ReplayFileError(file, undefined, 'its name is not SYMBOL_TIMEFRAME.csv or .csv.gz');
  const content = readContent(path, file);
  const digest = createHash('sha256').update(content).digest('hex');
  const { bars, digits } = parseBars(file, textOf(content), name.timeframe);
  return { file, ...name, bars, digits, end: barClose(name.timeframe, bars.lastTime!), digest };
}

function readContent(path: string, file: string): Buffer {
  try {
    const raw = readFileSync(path);
    return file.endsWith('.gz') ? gunzipSync(raw, { maxOutputLength: MAX_BYTES }) : raw;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new ReplayFileError(file, undefined, `it cannot be read (${reason})`, error);
  }
}

/** MetaTrader writes UTF-8 or UTF-16, both with a mark in front. */
function textOf(content: Buffer): string {
  const isUtf16 = content[0] === 0xff && content[1] === 0xfe;
  return content.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}

function parseBars(file: string, text: string, timeframe: Timeframe): { bars: Bars; digits: number } {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new ReplayFileError(file, undefined, 'it is empty');
  const format = checked(file, 1, () => formatOf(lines[0]!));
  if (lines.length === 1) throw new ReplayFileError(file, undefined, 'it has a header but no bars');
  const bars = Bars.allocate(lines.length - 1);
  let digits = 0;
  let before: Candle | undefined;
  for (let index = 1; index < lines.length; index++) {
    const parsed = checked(file, index + 1, () => barOf(lines[index]!, { format, timeframe, before }));
    bars.put(index - 1, parsed.candle);
    digits = Math.max(digits, parsed.digits);
    before = parsed.candle;
  }
  return { bars, digits };
}

interface LineContext {
  readonly format: LineFormat;
  readonly timeframe: Timeframe;
  readonly before: Candle | undefined;
}

function barOf(line: string, { format, timeframe, before }: LineContext): ReturnType<typeof parseLine> {
  const parsed = parseLine(line, format);
  const { time } = parsed.candle;
  if (before !== undefined && time <= before.time) throw new BadLineError('it does not open after the line before it');
  if (barOpen(timeframe, time) !== time) throw new BadLineError(`no ${timeframe} bar opens at ${time}`);
  return parsed;
}

function checked<T>(file: string, line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadLineError) throw new ReplayFileError(file, line, error.message);
    throw error;
  }
}

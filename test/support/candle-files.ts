import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Bars } from '../../src/market/index.js';

const FILE_NAME = /^([A-Z0-9._]+)_([A-Z]+\d+)\.csv(\.gz)?$/;
const HEADER = 'time,open,high,low,close,tick_volume,spread,real_volume';
const REPOSITORY = join(import.meta.dirname, '..', '..');

/** A file of candles. */
export interface CandleFile {
  readonly path: string;
  /** `EURUSD_D1` */
  readonly name: string;
  readonly symbol: string;
  readonly timeframe: string;
}

/**
 * CANDLES_DIR, else the folder of shared data beside the clone; undefined where there is neither.
 * @throws Error when CANDLES_DIR names no folder
 */
export function candlesFolder(): string | undefined {
  const named = process.env['CANDLES_DIR'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CANDLES_DIR names a folder that does not exist: ${named}`);
    return named;
  }
  const shared = join(REPOSITORY, '..', 'shared', 'data', 'candles');
  return existsSync(shared) ? shared : undefined;
}

/** Every `SYMBOL_TIMEFRAME.csv[.gz]` of a folder, by name. */
export function candleFiles(folder: string): CandleFile[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, symbol, timeframe] = FILE_NAME.exec(file) ?? [];
      if (symbol === undefined || timeframe === undefined) return [];
      return [{ path: join(folder, file), name: `${symbol}_${timeframe}`, symbol, timeframe }];
    });
}

/** The bars of a file. @throws Error when header or a line is not as agreed, naming file and line */
export function readCandleFile(path: string): Bars {
  const raw = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8');
  const [header, ...lines] = text.trimEnd().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`${basename(path)}: the first line must be '${HEADER}'`);
  const bars = Bars.allocate(lines.length);
  lines.forEach((line, index) => {
    const numbers = line.split(',').map(Number);
    if (numbers.length !== 8 || !numbers.every(Number.isFinite)) {
      throw new Error(`${basename(path)}: line ${index + 2} is not 8 numbers: '${line.slice(0, 80)}'`);
    }
    const [time, open, high, low, close, tickVolume, spread, realVolume] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    bars.put(index, { time, open, high, low, close, tickVolume, spread, realVolume });
  });
  return bars;
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Bars, type Candle } from '../src/market/index.js';
import { readReplayFile, replayName } from './replay-file.js';
import { readReplayFolder } from './replay-folder.js';
import { ReplayMarket } from './replay-market.js';
import { ReplayFileError, SimulatorSetupError } from './simulator.errors.js';
import { symbolProfile } from './symbol-profile.js';
import { SyntheticMarket } from './synthetic-market.js';

const HEADER = 'time,open,high,low,close,tick_volume,spread,real_volume';
const EXPORT_HEADER = '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>';
const HOUR = 3600;
const MONDAY = Date.UTC(2024, 0, 8) / 1000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string | Buffer): string {
  const path = join(folder, file);
  writeFileSync(path, content);
  return path;
}

function rejection(file: string, content: string | Buffer): string {
  const path = write(file, content);
  try {
    readReplayFile(path);
  } catch (error) {
    expect(error).toBeInstanceOf(ReplayFileError);
    return (error as Error).message;
  }
  throw new Error('the file was accepted');
}

/** Ascending hourly bars with prices of up to five decimals, below zero too. */
const candles = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 60 }),
      prices: fc.array(fc.integer({ min: -300_000, max: 300_000 }), { minLength: 4, maxLength: 4 }),
      tickVolume: fc.nat(),
      spread: fc.nat(1000),
      realVolume: fc.nat(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) => {
    let time = MONDAY;
    return rows.map(({ gap, prices, ...rest }): Candle => {
      const [low, open, close, high] = [...prices].sort((a, b) => a - b).map((points) => points / 100_000);
      time += gap * HOUR;
      return { time, open: open!, high: high!, low: low!, close: close!, ...rest };
    });
  });

function csvOf(rows: readonly Candle[]): string {
  const lines = rows.map(({ time, open, high, low, close, tickVolume, spread, realVolume }) =>
    [time, ...[open, high, low, close].map((price) => price.toFixed(5)), tickVolume, spread, realVolume].join(','),
  );
  return [HEADER, ...lines, ''].join('\n');
}

function exportOf(rows: readonly Candle[]): string {
  const lines = rows.map(({ time, open, high, low, close, tickVolume, spread, realVolume }) => {
    const [day, clock] = new Date(time * 1000).toISOString().slice(0, 19).split('T');
    const prices = [open, high, low, close].map((price) => price.toFixed(5));
    return [day!.replaceAll('-', '.'), clock, ...prices, tickVolume, realVolume, spread].join('\t');
  });
  return [EXPORT_HEADER, ...lines, ''].join('\r\n');
}

describe('replay file', () => {
  it('gives back every bar bit for bit, from both formats, packed or not, in UTF-8 or UTF-16', () => {
    fc.assert(
      fc.property(candles, (rows) => {
        const variants = [
          write('EURUSD_H1.csv', csvOf(rows)),
          write('EURUSD_H1.csv.gz', gzipSync(csvOf(rows))),
          write('GBPUSD_H1.csv', exportOf(rows)),
          write('GBPUSD_H1.csv.gz', gzipSync(Buffer.from(`\uFEFF${exportOf(rows)}`, 'utf16le'))),
        ];
        for (const path of variants) {
          const file = readReplayFile(path);
          expect(file.bars.toArray()).toEqual(rows);
          expect(file.digits).toBe(5);
          expect(file.end).toBe(rows.at(-1)!.time + HOUR);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('reads daily exports, which have no column for the time', () => {
    const header = EXPORT_HEADER.replace('<TIME>\t', '');
    const path = write('XAUUSD_D1.csv', `${header}\n2024.01.08\t2040.10\t2050.00\t2030.05\t2044.4\t900\t0\t12\n`);
    const { bars, digits, symbol, timeframe } = readReplayFile(path);
    expect(bars.at(0)).toEqual({
      ...{ time: MONDAY, open: 2040.1, high: 2050, low: 2030.05, close: 2044.4, tickVolume: 900, realVolume: 0 },
      spread: 12,
    });
    expect({ digits, symbol, timeframe }).toEqual({ digits: 2, symbol: 'XAUUSD', timeframe: 'D1' });
  });

  it.each([
    ['EURUSD_H1.csv', { symbol: 'EURUSD', timeframe: 'H1' }],
    ['US_30.cash_MN1.csv.gz', { symbol: 'US_30.cash', timeframe: 'MN1' }],
    ['EURUSD_M5_200701020000_202401052200.csv', { symbol: 'EURUSD', timeframe: 'M5' }],
    ['XAUUSD_Daily_200701020000_202401050000.csv', { symbol: 'XAUUSD', timeframe: 'D1' }],
    ['EURUSD_H5.csv', undefined],
    ['EURUSD.csv', undefined],
    ['EURUSD_H1.txt', undefined],
  ])('takes symbol and timeframe from the name %s', (file, expected) => expect(replayName(file)).toEqual(expected));

  const bar = `${MONDAY},1.1,1.2,1.0,1.15,10,0,0`;
  it.each([
    ['an empty file', '', 'it is empty'],
    ['a header alone', `${HEADER}\n`, 'no bars'],
    ['another header', `date,open\n${bar}`, 'line 1: the header'],
    ['no header', `${bar}\n`, 'line 1: the header'],
    ['a missing column', `${HEADER}\n${bar}\n${MONDAY + HOUR},1.1,1.2,1.0,1.15,10,0`, 'line 3: 7 columns'],
    ['a blank line in the middle', `${HEADER}\n\n${bar}`, 'line 2: 1 columns'],
    ['a word for a price', `${HEADER}\n${MONDAY},1.1,high,1.0,1.15,10,0,0`, 'line 2: high is not a decimal'],
    ['an exponent', `${HEADER}\n${MONDAY},1e0,1.2,1.0,1.15,10,0,0`, 'line 2: open is not a decimal'],
    ['two signs', `${HEADER}\n${MONDAY},1.1,1.2,--1.0,1.15,10,0,0`, 'line 2: low is not a decimal'],
    ['a high inside its bar', `${HEADER}\n${MONDAY},1.1,1.12,1.0,1.15,10,0,0`, 'line 2: high or low is inside'],
    ['a broken volume', `${HEADER}\n${MONDAY},1.1,1.2,1.0,1.15,1.5,0,0`, 'line 2: tick volume is not'],
    ['a time off the grid', `${HEADER}\n${MONDAY + 60},1.1,1.2,1.0,1.15,1,0,0`, `line 2: no H1 bar opens`],
    ['a repeated bar', `${HEADER}\n${bar}\n${bar}`, 'line 3: it does not open after'],
    ['bars out of order', `${HEADER}\n${bar}\n${MONDAY - HOUR},1,1,1,1,1,1,1`, 'line 3: it does not open after'],
    ['an impossible date', `${EXPORT_HEADER}\n2024.02.30\t00:00\t1\t1\t1\t1\t1\t1\t1`, 'line 2: date or time'],
  ])('refuses %s and names file and line', (_case, content, problem) => {
    const message = rejection('EURUSD_H1.csv', content);
    expect(message).toContain('EURUSD_H1.csv');
    expect(message).toContain(problem);
  });

  it('refuses what cannot be read: a folder, a broken archive', () => {
    mkdirSync(join(folder, 'AUDUSD_H1.csv'));
    expect(() => readReplayFile(join(folder, 'AUDUSD_H1.csv'))).toThrow(ReplayFileError);
    expect(rejection('AUDUSD_H4.csv.gz', 'not an archive')).toContain('cannot be read');
    rmSync(join(folder, 'AUDUSD_H1.csv'), { recursive: true });
    rmSync(join(folder, 'AUDUSD_H4.csv.gz'));
  });
});

describe('replay folder', () => {
  it('reads the wanted symbols, names the others, and leaves other files alone', () => {
    const own = mkdtempSync(join(folder, 'own-'));
    for (const file of ['EURUSD_H1.csv', 'MSFT_D1.csv', 'EURUSD_X9.csv', 'README.md']) {
      writeFileSync(join(own, file), `${HEADER}\n${MONDAY},1.1,1.2,1.0,1.15,10,0,0\n`);
    }
    const { files, ignored } = readReplayFolder(own, new Set(['EURUSD', 'GBPUSD']));
    expect(files.map(({ file }) => file)).toEqual(['EURUSD_H1.csv']);
    expect(ignored).toEqual(['MSFT_D1.csv']);
  });

  it('refuses two files for one series, and a folder that is not there', () => {
    const own = mkdtempSync(join(folder, 'twins-'));
    const text = `${HEADER}\n${MONDAY},1.1,1.2,1.0,1.15,10,0,0\n`;
    writeFileSync(join(own, 'EURUSD_H1.csv'), text);
    writeFileSync(join(own, 'EURUSD_H1.csv.gz'), gzipSync(text));
    expect(() => readReplayFolder(own, new Set(['EURUSD']))).toThrow('EURUSD_H1.csv holds the same series');
    expect(() => readReplayFolder(join(own, 'none'), new Set(['EURUSD']))).toThrow(SimulatorSetupError);
  });
});

describe('replay market', () => {
  const profile = symbolProfile('EURUSD');
  const synthetic = new SyntheticMarket({ symbol: 'EURUSD', profile, seed: 1 });
  const hours = Array.from({ length: 48 }, (_, hour): Candle => {
    return { time: MONDAY + hour * HOUR, open: 1, high: 1, low: 1, close: 1, tickVolume: 1, spread: 0, realVolume: 0 };
  });
  const file = { file: 'EURUSD_H1.csv', symbol: 'EURUSD', timeframe: 'H1', digits: 5, digest: '' } as const;
  const market = new ReplayMarket([{ ...file, bars: Bars.from(hours), end: MONDAY + 48 * HOUR }], synthetic);

  it('shows nothing that opens after now, and the bar that contains now as forming', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MONDAY, max: MONDAY + 60 * HOUR }),
        fc.integer({ min: 1, max: 60 }),
        (now, count) => {
          const known = hours.filter(({ time }) => time <= now).slice(-count);
          const { bars, lastForming } = market.newest('H1', count, now);
          expect(bars.toArray()).toEqual(known);
          expect(lastForming).toBe(known.at(-1)!.time + HOUR > now);
        },
      ),
    );
  });

  it('has sessions as observed, and other timeframes from the synthetic market', () => {
    const now = MONDAY + 30 * HOUR;
    expect(market.sessions).toEqual([
      { weekday: 1, from: 0, to: 86_400 },
      { weekday: 2, from: 0, to: 86_400 },
    ]);
    expect(market.newest('M5', 10, now)).toEqual(synthetic.newest('M5', 10, now));
    expect(market.firstTime('H1')).toBe(MONDAY);
    expect(market.lastTick(now)).toBe(now);
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../../src/indicators/formulas/settings.js';
import { Bars } from '../../src/market/index.js';
import { candleFiles, candlesFolder, readCandleFile } from '../support/candle-files.js';
import { type CandleOptions, syntheticBars, syntheticCandles } from '../support/candles.js';
import { buildDriver, buildProgram, type BuildVariant } from '../../mql5-harness/build.js';
import {
  type AgreementJob,
  type AgreementQuestions,
  decodeAnswers,
  encodeQuestions,
} from './support/agreement-jobs.js';
import { expectedBuffers } from './support/expected-buffers.js';

const RUN_LIMIT_MS = 600_000;
const WINDOW = 2000;
const AS_OF_POINTS = 4;
const FRACTAL_BUFFERS = 4;
const RELATIVE = 1e-9;
/** The search for mutants is content with less. */
const RUNS = Math.min(2, Number(process.env['MQL5_RUNS'] ?? 2));

const usual = DEFAULT_ENGINE_SETTINGS;
const VARIANTS: readonly EngineSettings[] = [
  usual,
  { ...usual, fractalBars: 5, lookbackBars: 200 },
  { ...usual, fractalBars: 13, tolerance: { ...usual.tolerance, mode: 'atr' } },
  { ...usual, fractalBars: 9, minSeparationAtr: 0 },
  { ...usual, fractalBars: 135, lookbackBars: 1500 },
  // No number is what it is elsewhere, so that no input can be mistaken for another one.
  {
    fractalBars: 7,
    lookbackBars: 310,
    atrBars: 21,
    tolerance: { mode: 'percent', percent: 0.4, atrMultiple: 0.7 },
    horizontal: { minDistanceBars: 11, minTouches: 4 },
    diagonal: {
      minLengthBars: 33,
      minAngleDegrees: 0.5,
      maxAngleDegrees: 61,
      minTouches: 3,
      minPerKind: 1,
      maxInARow: 5,
      touchOrder: 'time',
    },
    minSeparationAtr: 0.3,
    linesPerKind: 2,
    weights: { touch: 3, angle: 17, length: 19, proximity: 23, alternation: 29, slope: 31 },
    fullLengthBars: 123,
    proximitySteps: [0.02, 0.07, 0.4, 0.9, 1.7, 3.1].map((maxPercent, i) => ({ maxPercent, value: 0.97 - i * 0.13 })),
    slopeBands: [
      { minDegrees: 3, maxDegrees: 9, value: 0.83 },
      { minDegrees: 9, maxDegrees: 22, value: 0.37 },
    ],
    slopeOutsideBands: 0.11,
  },
  // No tolerance at all, so that nothing but the anchors touches; and the shortest lines are the best ones.
  {
    ...usual,
    fractalBars: 5,
    lookbackBars: 150,
    tolerance: { mode: 'percent', percent: 0, atrMultiple: 0 },
    horizontal: { minDistanceBars: 9, minTouches: 2 },
    diagonal: { ...usual.diagonal, minLengthBars: 13, maxAngleDegrees: 80, minTouches: 2, minPerKind: 1 },
    weights: { ...usual.weights, length: -500 },
  },
];

/** Bars made of the bars of another market. */
function reshaped(options: CandleOptions, price: (value: number, bar: number) => number): Bars {
  return Bars.from(
    syntheticCandles(options).map((candle, bar) => ({
      ...candle,
      open: price(candle.open, bar),
      high: price(candle.high, bar),
      low: price(candle.low, bar),
      close: price(candle.close, bar),
    })),
  );
}

const EXTREMES: readonly Bars[] = [
  // Too few bars for anything, and just enough for the ATR.
  ...[1, 2, 5, 15, 16, 17, 36].map((bars) => syntheticBars({ seed: bars, bars })),
  // Flat all the way, flat after a walk, one spike in a flat market.
  reshaped({ seed: 1, bars: 500 }, () => 1.1),
  reshaped({ seed: 2, bars: 600 }, (price, bar) => (bar < 400 ? price : 1.2)),
  reshaped({ seed: 3, bars: 300 }, (_, bar) => (bar === 150 ? 2 : 1)),
  // Plateaus, gaps, few digits and many.
  syntheticBars({ seed: 4, bars: 700, digits: 0, start: 37, volatility: 0.01, flatChance: 0.3 }),
  syntheticBars({ seed: 5, bars: 700, digits: 2, start: 1900, flatChance: 0.7 }),
  syntheticBars({ seed: 6, bars: 700, digits: 2, start: 60, gapChance: 0.5, volatility: 0.01 }),
  syntheticBars({ seed: 7, bars: 700, digits: 8, start: 0.000_012_34, volatility: 0.01 }),
  syntheticBars({ seed: 8, bars: 700, digits: 8, start: 0.9, volatility: 0.0001 }),
  syntheticBars({ seed: 9, bars: 700, digits: 2, start: 64_000, volatility: 0.01 }),
  // Prices around and below zero, and enormous ones.
  reshaped({ seed: 10, bars: 500, digits: 2, start: 40, volatility: 0.02 }, (price) => Math.round(price - 40)),
  reshaped({ seed: 11, bars: 500, digits: 2, start: 40, volatility: 0.02 }, (price) => price - 100),
  reshaped({ seed: 12, bars: 500 }, (price) => price * 1e12),
  // Changes as large as the prices, so that a line misses its own second anchor by a rounding.
  reshaped({ seed: 15, bars: 600, digits: 2, start: 40, volatility: 0.02 }, (price) => price - 40),
  // A saw: every peak and every bottom alike.
  reshaped({ seed: 13, bars: 600 }, (_, bar) => 100 + Math.abs((bar % 80) - 40) * 0.1),
  reshaped({ seed: 14, bars: 600 }, (_, bar) => 100 + Math.abs((bar % 60) - 30) * 0.1 + bar * 0.02),
  ...[21, 22, 23, 24].map((seed) => syntheticBars({ seed, bars: 650, volatility: 0.002 })),
];

const folder = candlesFolder();
const files = folder === undefined || RUNS === 1 ? [] : candleFiles(folder);
process.stdout.write(`indicator against engine: ${files.length} files of real candles, ${EXTREMES.length} made up\n`);

/** Every extreme in every variant with all ways of feeding, and windows and the whole of every file. */
function questions(): AgreementQuestions {
  const markets = [...EXTREMES, ...files.map(({ path }) => readCandleFile(path))];
  const jobs: AgreementJob[] = [];
  markets.forEach(({ length }, market) => {
    const isFile = market >= EXTREMES.length;
    VARIANTS.forEach((_, variant) => {
      if (!isFile) jobs.push({ market, variant, from: 0, to: length, walked: 120 });
      else {
        for (let point = 1; point <= AS_OF_POINTS; point++) {
          const to = Math.round((length * point) / AS_OF_POINTS);
          jobs.push({ market, variant, from: Math.max(0, to - WINDOW), to, walked: 0 });
        }
      }
    });
    // Feeding tens of thousands of bars again and again takes its time: a few files show it.
    if (isFile) jobs.push({ market, variant: 0, from: 0, to: length, walked: market % 4 === 0 ? 30 : 0 });
  });
  return { markets, variants: VARIANTS, jobs };
}

describe('FractalLines.mq5', () => {
  const work = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'indicator-'));
  const asked = questions();
  const answers: Buffer[] = [];

  beforeAll(async () => {
    const jobs = join(work, 'jobs.bin');
    writeFileSync(jobs, encodeQuestions(asked));
    const runs: { variant: BuildVariant; poison: string; seed: string }[] = [
      // The terminals of these seeds hand the arrays over in different directions.
      { variant: {}, poison: 'a5', seed: '2' },
      { variant: { unsignedDatetime: true }, poison: '5a', seed: '1' },
    ].slice(0, RUNS);
    answers.push(
      ...(await Promise.all(
        runs.map(async ({ variant, poison, seed }) => {
          const output = join(work, `${seed}.bin`);
          const { path } = await buildProgram('Indicators/FractalLines.mq5', variant);
          const driver = await buildDriver(variant);
          await run(driver, [path, jobs, output], { MQL_POISON: poison, MQL_SEED: seed });
          return readFileSync(output);
        }),
      )),
    );
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('gives the same whatever unwritten memory holds, however datetime is signed and the model decides', () => {
    expect(answers[0]!.length).toBeGreaterThan(0);
    expect(answers).toHaveLength(RUNS);
    expect(answers.every((one) => one.equals(answers[0]!))).toBe(true);
  });

  it('agrees with the engine: fractals exactly, lines within 1e-9', () => {
    const differences: string[] = [];
    const found = { fractals: 0, lines: 0 };
    let job = 0;
    for (const buffers of decodeAnswers(answers[0]!)) {
      const { market, variant, from, to } = asked.jobs[job]!;
      const wanted = expectedBuffers(asked.markets[market]!.slice(from, to), VARIANTS[variant]!);
      expect(buffers).toHaveLength(wanted.length);
      buffers.forEach(({ bars, values }, buffer) => {
        const isFractal = buffer < FRACTAL_BUFFERS;
        if (isFractal) found.fractals += bars.length;
        else if (bars.length > 0) found.lines++;
        const here = `job ${job} (market ${market}, variant ${variant}, bars ${from}-${to}), buffer ${buffer}`;
        if (bars.join() !== wanted[buffer]!.bars.join()) {
          differences.push(`${here}: cells ${span(bars)} instead of ${span(wanted[buffer]!.bars)}`);
        } else {
          const limit = isFractal ? 0 : RELATIVE;
          const bad = values.findIndex((value, i) => !isClose(value, wanted[buffer]!.values[i]!, limit));
          if (bad >= 0) differences.push(`${here}: ${values[bad]} instead of ${wanted[buffer]!.values[bad]}`);
        }
      });
      job++;
    }
    expect(differences.slice(0, 20)).toEqual([]);
    expect(job).toBe(asked.jobs.length);
    // Agreement about nothing would prove nothing.
    expect(found.fractals).toBeGreaterThan(5000);
    expect(found.lines).toBeGreaterThan(300);
  });
});

function isClose(one: number, other: number, relative: number): boolean {
  return one === other || Math.abs(one - other) <= relative * Math.max(Math.abs(one), Math.abs(other));
}

function span(bars: readonly number[]): string {
  return bars.length === 0 ? 'none' : `${bars.length} from ${bars[0]} to ${bars.at(-1)}`;
}

function run(program: string, words: readonly string[], settings: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...settings };
    execFile(program, words, { env, timeout: RUN_LIMIT_MS, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${error.message}\n${stdout}${stderr}`.slice(0, 8000)));
    });
  });
}

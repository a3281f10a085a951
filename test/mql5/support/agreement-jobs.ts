import type { EngineSettings } from '../../../src/indicators/formulas/settings.js';
import type { Bars } from '../../../src/market/index.js';

/** One question to the indicator: its buffers for some bars of a market, the last of which still forms. */
export interface AgreementJob {
  readonly market: number;
  readonly variant: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** So many newest bars are also fed one by one, in jumps and after older bars came; 0 = none. */
  readonly walked: number;
}

/** Everything that one run of the driver is asked. */
export interface AgreementQuestions {
  readonly markets: readonly Bars[];
  readonly variants: readonly EngineSettings[];
  readonly jobs: readonly AgreementJob[];
}

/** The cells of one buffer that hold something, ascending by bar. */
export interface FilledCells {
  readonly bars: number[];
  readonly values: number[];
}

/** Bars of the fractals in buffers 2 and 3. */
export const SECOND_FRACTAL_BARS = 13;

/** The inputs of the indicator in the order of its source. */
function inputsOf(settings: EngineSettings): number[] {
  const { tolerance, horizontal, diagonal, weights } = settings;
  return [
    settings.fractalBars,
    SECOND_FRACTAL_BARS,
    settings.lookbackBars,
    settings.atrBars,
    tolerance.mode === 'percent' ? 0 : 1,
    tolerance.percent,
    tolerance.atrMultiple,
    settings.minSeparationAtr,
    settings.linesPerKind,
    horizontal.minDistanceBars,
    horizontal.minTouches,
    diagonal.minLengthBars,
    diagonal.minAngleDegrees,
    diagonal.maxAngleDegrees,
    diagonal.minTouches,
    diagonal.minPerKind,
    diagonal.maxInARow,
    weights.touch,
    weights.angle,
    weights.length,
    weights.proximity,
    weights.alternation,
    weights.slope,
    settings.fullLengthBars,
    ...settings.proximitySteps.flatMap(({ maxPercent, value }) => [maxPercent, value]),
    ...settings.slopeBands.flatMap(({ minDegrees, maxDegrees, value }) => [minDegrees, maxDegrees, value]),
    settings.slopeOutsideBands,
  ];
}

/**
 * The file of jobs: markets (bars: time, open, high, low, close), variants (inputs), jobs (market, variant, from, to,
 * walked). Every list begins with its length. Whole numbers have 4 bytes, all others are doubles; little endian.
 */
export function encodeQuestions({ markets, variants, jobs }: AgreementQuestions): Buffer {
  const parts: Buffer[] = [whole(markets.length)];
  for (const { length, time, open, high, low, close } of markets) {
    const columns = new Float64Array(length * 5);
    for (let bar = 0; bar < length; bar++) {
      columns.set([time[bar]!, open[bar]!, high[bar]!, low[bar]!, close[bar]!], bar * 5);
    }
    parts.push(whole(length), Buffer.from(columns.buffer));
  }
  parts.push(whole(variants.length));
  for (const inputs of variants.map(inputsOf)) {
    parts.push(whole(inputs.length), Buffer.from(Float64Array.from(inputs).buffer));
  }
  const rows = jobs.map(({ market, variant, from, to, walked }) => whole(market, variant, from, to, walked));
  return Buffer.concat([...parts, whole(jobs.length), ...rows]);
}

function whole(...numbers: number[]): Buffer {
  return Buffer.from(Uint32Array.from(numbers).buffer);
}

/** The answers, job by job and buffer by buffer: number of filled cells, then bar (4 bytes) and value of each. */
export function* decodeAnswers(answers: Buffer): Generator<FilledCells[]> {
  let at = 0;
  const next = (): number => answers.readUInt32LE((at += 4) - 4);
  while (at < answers.length) {
    yield Array.from({ length: next() }, () => {
      const filled = next();
      const cells: FilledCells = { bars: [], values: [] };
      for (let i = 0; i < filled; i++) {
        cells.bars.push(next());
        cells.values.push(answers.readDoubleLE((at += 8) - 8));
      }
      return cells;
    });
  }
}

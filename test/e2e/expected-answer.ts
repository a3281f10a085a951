import type { Candle } from '../../src/market/index.js';
import { naiveAnswer, type NaiveFractal, type NaiveLine } from '../naive/naive-engine.js';

/** `data` of an `/indicators` answer without its metadata. */
export interface IndicatorData {
  readonly ohlc: readonly { readonly time: number }[];
  readonly horizontal: Readonly<Record<string, readonly LinePoint[]>>;
  readonly diagonal: Readonly<Record<string, readonly LinePoint[]>>;
  readonly fractals: Readonly<Record<'peaks' | 'bottoms', readonly FractalPoint[]>>;
  readonly lines: readonly LineOrigin[];
}

interface LinePoint {
  readonly index: number;
  readonly time: number;
  readonly value: number;
}

interface FractalPoint {
  readonly index: number;
  readonly time: number;
  readonly price: number;
  readonly confirmed_at: number;
}

interface Place {
  readonly index: number | null;
  readonly time: number;
  readonly price: number;
}

interface LineOrigin {
  readonly name: string;
  readonly kind: string;
  readonly score: number;
  readonly angle: number;
  readonly touches: readonly (Place & { readonly kind: string })[];
  readonly from: Place;
  readonly to: Place;
}

/** An answer of the gateway's, metadata included. */
export interface IndicatorAnswer {
  readonly success: boolean;
  readonly data: IndicatorData & { readonly metadata: Readonly<Record<string, unknown>> };
}

/** What an answer stands on. */
export interface ExpectedOf {
  /** Ascending; the whole history. */
  readonly closed: readonly Candle[];
  readonly forming?: Candle | undefined;
  /** Asked for. */
  readonly bars: number;
  readonly fractalBars?: number;
}

/** What has to be answered by the definitions alone, worked out by the naive implementation. */
export function expectedAnswer({ closed, forming, bars, fractalBars = 35 }: ExpectedOf): IndicatorData {
  const all = forming === undefined ? closed : [...closed, forming];
  const first = Math.max(0, all.length - bars);
  const wing = (fractalBars - 1) / 2;
  const { fractals, lines } = naiveAnswer(closed, { fractalBars });
  const names = named(lines);
  const points = (name: string) => linePoints(names.get(name), all, first);
  const fractalPoints = (kind: NaiveFractal['kind']) =>
    fractals
      .filter((fractal) => fractal.kind === kind && fractal.index >= first)
      .map(({ index, price }) => {
        return { index: index - first, time: all[index]!.time, price, confirmed_at: all[index + wing]!.time };
      });
  const family = (...kinds: string[]) =>
    Object.fromEntries(
      kinds.flatMap((kind) => [1, 2, 3].map((rank) => [`${kind}_${rank}`, points(`${kind}_${rank}`)] as const)),
    );
  const place = ({ index, price }: { index: number; price: number }): Place => {
    return { index: index < first ? null : index - first, time: all[index]!.time, price };
  };
  return {
    ohlc: all.slice(first).map(({ time, open, high, low, close, tickVolume }) => {
      return { time, open, high, low, close, volume: tickVolume };
    }),
    horizontal: family('peak', 'bottom'),
    diagonal: family('ascending', 'descending'),
    fractals: { peaks: fractalPoints('peak'), bottoms: fractalPoints('bottom') },
    lines: [...names].map(([name, { kind, score, angle, touches, from, to }]) => ({
      name,
      kind,
      score,
      angle,
      touches: touches.map((touch) => ({ ...place(touch), kind: touch.kind })),
      from: place(from),
      to: place(to),
    })),
  };
}

/** Cuts an answer to its newest `bars` bars, the way an answer of fewer bars has to look. */
export function tailOf({ ohlc, horizontal, diagonal, fractals, lines }: IndicatorData, bars: number): IndicatorData {
  const by = Math.max(0, ohlc.length - bars);
  const shift = <T extends { readonly index: number }>(points: readonly T[]): T[] =>
    points.filter(({ index }) => index >= by).map((point) => ({ ...point, index: point.index - by }));
  const family = (all: IndicatorData['horizontal']) =>
    Object.fromEntries(Object.entries(all).map(([name, points]) => [name, shift(points)]));
  const place = <T extends Place>(one: T): T => {
    return { ...one, index: one.index === null || one.index < by ? null : one.index - by };
  };
  return {
    ohlc: ohlc.slice(by),
    horizontal: family(horizontal),
    diagonal: family(diagonal),
    fractals: { peaks: shift(fractals.peaks), bottoms: shift(fractals.bottoms) },
    lines: lines.map((line) => ({
      ...line,
      touches: line.touches.map(place),
      from: place(line.from),
      to: place(line.to),
    })),
  };
}

/** An answer as it is compared: without metadata, and with computed numbers rounded to 9 significant digits. */
export function comparable({ ohlc, horizontal, diagonal, fractals, lines }: IndicatorData): IndicatorData {
  const family = (all: IndicatorData['horizontal']) =>
    Object.fromEntries(
      Object.entries(all).map(([name, points]) => [
        name,
        points.map((point) => ({ ...point, value: rounded(point.value) })),
      ]),
    );
  return {
    ohlc,
    fractals,
    horizontal: family(horizontal),
    diagonal: family(diagonal),
    lines: lines.map((line) => ({ ...line, score: rounded(line.score), angle: rounded(line.angle) })),
  };
}

/** The two implementations may add in another order; nothing else may differ. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

function named(lines: readonly NaiveLine[]): Map<string, NaiveLine> {
  const counts = new Map<string, number>();
  return new Map(
    lines.map((line) => {
      const rank = (counts.get(line.kind) ?? 0) + 1;
      counts.set(line.kind, rank);
      return [`${line.kind}_${rank}`, line];
    }),
  );
}

function linePoints(line: NaiveLine | undefined, all: readonly Candle[], first: number): LinePoint[] {
  if (line === undefined) return [];
  const { from, to } = line;
  const slope = (to.price - from.price) / (to.index - from.index);
  return all.flatMap(({ time }, index) =>
    index < Math.max(first, from.index)
      ? []
      : [{ index: index - first, time, value: from.price + slope * (index - from.index) }],
  );
}

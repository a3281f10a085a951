import { computeLines, type EngineResult } from '../../src/indicators/formulas/engine.js';
import { lineValue, type Line } from '../../src/indicators/formulas/line.js';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../../src/indicators/formulas/settings.js';
import type { Bars } from '../../src/market/index.js';
import { naiveAnswer, type NaiveAnswer, type NaiveLine, type NaiveOptions } from './naive-engine.js';

/** What was compared and where the two differ; no difference means agreement. */
export interface Comparison {
  readonly fractals: number;
  readonly lines: number;
  readonly differences: readonly string[];
}

/** Engine settings that mean what the options of the naive implementation mean; everything else stays as published. */
function settingsFor(options: NaiveOptions): EngineSettings {
  const base = DEFAULT_ENGINE_SETTINGS;
  return {
    ...base,
    fractalBars: options.fractalBars ?? base.fractalBars,
    lookbackBars: options.lookback ?? base.lookbackBars,
    tolerance: { ...base.tolerance, mode: options.tolerance ?? base.tolerance.mode },
    diagonal: { ...base.diagonal, touchOrder: options.touchOrder ?? base.diagonal.touchOrder },
    minSeparationAtr: options.minSeparation ?? base.minSeparationAtr,
  };
}

/** The engine under the options of the naive implementation. */
export function engineAnswer(closed: Bars, options: NaiveOptions = {}): EngineResult {
  return computeLines(closed, settingsFor(options));
}

/** Lets both implementations loose on the same bars: fractals must be equal, numbers of lines within 1e-9. */
export function compareWithNaive(closed: Bars, options: NaiveOptions = {}): Comparison {
  const engine = engineAnswer(closed, options);
  const naive = naiveAnswer(closed.toArray(), options);
  return {
    fractals: naive.fractals.length,
    lines: naive.lines.length,
    differences: [...fractalDifferences(closed, engine, naive), ...lineDifferences(closed.length - 1, engine, naive)],
  };
}

function fractalDifferences(closed: Bars, engine: EngineResult, naive: NaiveAnswer): string[] {
  const { peaks, bottoms } = engine.fractals;
  const ours = {
    peak: Array.from(peaks, (index) => `${index}:${closed.high[index]}`),
    bottom: Array.from(bottoms, (index) => `${index}:${closed.low[index]}`),
  };
  return (['peak', 'bottom'] as const).flatMap((kind) => {
    const theirs = naive.fractals.filter((fractal) => fractal.kind === kind);
    return differing(`${kind}s`, ours[kind].join(), theirs.map(({ index, price }) => `${index}:${price}`).join());
  });
}

function lineDifferences(newest: number, engine: EngineResult, naive: NaiveAnswer): string[] {
  const name = ({ kind, a, b }: { kind: string; a: number; b: number }): string => `${kind} ${a}-${b}`;
  const ours = engine.lines.map(name);
  const theirs = naive.lines.map(({ kind, from, to }) => name({ kind, a: from.index, b: to.index }));
  const listed = differing('lines', ours.join(', '), theirs.join(', '));
  if (listed.length > 0) return listed;
  return engine.lines.flatMap((line, i) => numbersDiffering(ours[i]!, line, { newest, theirs: naive.lines[i]! }));
}

function numbersDiffering(name: string, ours: Line, other: { newest: number; theirs: NaiveLine }): string[] {
  const { newest, theirs } = other;
  const { from, to } = theirs;
  const scale = Math.max(Math.abs(from.price), Math.abs(to.price));
  const valueNow = to.price + ((to.price - from.price) * (newest - to.index)) / (to.index - from.index);
  return [
    ...differing(`${name} anchors`, `${ours.priceA} ${ours.priceB}`, `${from.price} ${to.price}`),
    ...differing(`${name} touches`, JSON.stringify(asRows(ours.touches)), JSON.stringify(asRows(theirs.touches))),
    ...farApart(`${name} score`, ours.score, theirs.score),
    ...farApart(`${name} angle`, ours.angleDegrees, theirs.angle),
    ...farApart(`${name} value at a`, lineValue(ours, ours.a), from.price, scale),
    ...farApart(`${name} value at b`, lineValue(ours, ours.b), to.price, scale),
    ...farApart(`${name} value now`, lineValue(ours, newest), valueNow, scale),
  ];
}

/** In the order given, each touch with its members in one order. */
function asRows(touches: readonly { index: number; kind: string; price: number }[]): unknown[] {
  return touches.map(({ index, kind, price }) => [index, kind, price]);
}

function differing(what: string, ours: string, theirs: string): string[] {
  return ours === theirs ? [] : [`${what}: engine ${ours}, naive ${theirs}`];
}

function farApart(what: string, ours: number, theirs: number, scale = Math.abs(theirs)): string[] {
  return Math.abs(ours - theirs) <= 1e-9 * scale ? [] : [`${what}: engine ${ours}, naive ${theirs}`];
}

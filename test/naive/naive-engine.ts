/**
 * The definitions of fractals and lines a second time, word for word and as slow as they come, to hold the engine
 * against. It imports nothing and shares nothing with the product: not a table, not a formula.
 */

export interface NaiveCandle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** What the tests vary; every other number of the definitions is written into the code below. */
export interface NaiveOptions {
  fractalBars?: number;
  lookback?: number;
  tolerance?: 'percent' | 'atr';
  minSeparation?: number;
  touchOrder?: 'time' | 'peaks_then_bottoms';
}

export interface NaiveFractal {
  kind: 'peak' | 'bottom';
  index: number;
  price: number;
}

export interface NaiveLine {
  kind: 'peak' | 'bottom' | 'ascending' | 'descending';
  from: NaiveFractal;
  to: NaiveFractal;
  angle: number;
  score: number;
  touches: NaiveFractal[];
}

export interface NaiveAnswer {
  fractals: NaiveFractal[];
  lines: NaiveLine[];
}

interface World {
  candles: readonly NaiveCandle[];
  newest: number;
  atr: number;
  options: Required<NaiveOptions>;
}

export function naiveAnswer(candles: readonly NaiveCandle[], options: NaiveOptions = {}): NaiveAnswer {
  const all = {
    fractalBars: 35,
    lookback: 400,
    tolerance: 'percent' as const,
    minSeparation: 1,
    touchOrder: 'time' as const,
    ...options,
  };
  const fractals = naiveFractals(candles, all.fractalBars);
  const atr = naiveAtr(candles);
  if (candles.length < 15 || atr === 0) return { fractals, lines: [] };
  const newest = candles.length - 1;
  const world: World = { candles, newest, atr, options: all };
  const usable = fractals.filter((fractal) => fractal.index > newest - all.lookback);
  return {
    fractals,
    lines: [
      ...bestThree(horizontals('peak', usable, world), world),
      ...bestThree(horizontals('bottom', usable, world), world),
      ...bestThree(diagonals('ascending', usable, world), world),
      ...bestThree(diagonals('descending', usable, world), world),
    ],
  };
}

/** Ascending by bar; on one bar the bottom first. */
export function naiveFractals(candles: readonly NaiveCandle[], fractalBars: number): NaiveFractal[] {
  const wings = (fractalBars - 1) / 2;
  const found: NaiveFractal[] = [];
  for (let i = 0; i < candles.length; i++) {
    if (i - wings < 0 || i + wings > candles.length - 1) continue;
    const me = candles[i]!;
    let isPeak = true;
    let isBottom = true;
    for (let later = i + 1; later <= i + wings; later++) {
      if (candles[later]!.high >= me.high) isPeak = false;
      if (candles[later]!.low <= me.low) isBottom = false;
    }
    for (let earlier = i - wings; earlier <= i - 1; earlier++) {
      if (candles[earlier]!.high > me.high) isPeak = false;
      if (candles[earlier]!.low < me.low) isBottom = false;
    }
    if (isBottom) found.push({ kind: 'bottom', index: i, price: me.low });
    if (isPeak) found.push({ kind: 'peak', index: i, price: me.high });
  }
  return found;
}

function naiveAtr(candles: readonly NaiveCandle[]): number {
  const ranges: number[] = [];
  for (let i = 1; i < candles.length; i++) {
    const { high, low } = candles[i]!;
    const previous = candles[i - 1]!.close;
    ranges.push(Math.max(high - low, Math.abs(high - previous), Math.abs(low - previous)));
  }
  return ranges.slice(-14).reduce((sum, range) => sum + range, 0) / 14;
}

function valueAt(line: { from: NaiveFractal; to: NaiveFractal }, index: number): number {
  const { from, to } = line;
  return from.price + ((to.price - from.price) / (to.index - from.index)) * (index - from.index);
}

function touchesOf(from: NaiveFractal, to: NaiveFractal, fractals: NaiveFractal[], world: World): NaiveFractal[] {
  return fractals.filter((fractal) => {
    if (fractal.index < from.index || fractal.index > to.index) return false;
    if (fractal === from || fractal === to) return true;
    const allowed = world.options.tolerance === 'percent' ? (Math.abs(fractal.price) * 1.5) / 100 : 1.5 * world.atr;
    return Math.abs(fractal.price - valueAt({ from, to }, fractal.index)) <= allowed;
  });
}

function angleOf(from: NaiveFractal, to: NaiveFractal, world: World): number {
  return (Math.atan((to.price - from.price) / (world.atr * (to.index - from.index))) * 180) / Math.PI;
}

function proximity(value: number, world: World): number {
  const close = world.candles[world.newest]!.close;
  if (close === 0) return 0;
  const d = (Math.abs(close - value) / Math.abs(close)) * 100;
  if (d <= 0.05) return 1;
  if (d <= 0.1) return 0.93;
  if (d <= 0.25) return 0.8;
  if (d <= 0.5) return 0.6;
  if (d <= 1) return 0.4;
  if (d <= 2) return 0.2;
  return 0;
}

function horizontals(kind: 'peak' | 'bottom', usable: NaiveFractal[], world: World): NaiveLine[] {
  const own = usable.filter((fractal) => fractal.kind === kind);
  const lines: NaiveLine[] = [];
  for (const from of own) {
    for (const to of own) {
      if (to.index - from.index < 20) continue;
      const touches = touchesOf(from, to, own, world);
      if (touches.length < 3) continue;
      const angle = angleOf(from, to, world);
      const score =
        25 * touches.length +
        (15 * (90 - Math.abs(angle))) / 90 +
        10 * Math.min(1, (to.index - from.index) / 400) +
        50 * proximity(valueAt({ from, to }, world.newest), world);
      lines.push({ kind, from, to, angle, score, touches });
    }
  }
  return lines;
}

function diagonals(kind: 'ascending' | 'descending', usable: NaiveFractal[], world: World): NaiveLine[] {
  const lines: NaiveLine[] = [];
  for (const from of usable) {
    for (const to of usable) {
      const falls = from.kind === 'peak' && to.kind === 'bottom' && to.price < from.price;
      const rises = from.kind === 'bottom' && to.kind === 'peak' && to.price > from.price;
      if (kind === 'descending' ? !falls : !rises) continue;
      if (to.index - from.index < 80) continue;
      const angle = angleOf(from, to, world);
      if (Math.abs(angle) < 2 || Math.abs(angle) > 45) continue;
      const touches = touchesOf(from, to, usable, world);
      const counted = world.options.touchOrder === 'time' ? touches : peaksThenBottoms(touches);
      if (!alternatesEnough(counted)) continue;
      const changes = counted.filter((touch, i) => i > 0 && touch.kind !== counted[i - 1]!.kind).length;
      const score =
        25 * touches.length +
        (20 * changes) / (touches.length - 1) +
        15 * steepness(Math.abs(angle)) +
        10 * Math.min(1, (to.index - from.index) / 400) +
        50 * proximity(valueAt({ from, to }, world.newest), world);
      lines.push({ kind, from, to, angle, score, touches });
    }
  }
  return lines;
}

function peaksThenBottoms(touches: NaiveFractal[]): NaiveFractal[] {
  const peaks = touches.filter((touch) => touch.kind === 'peak');
  const bottoms = touches.filter((touch) => touch.kind === 'bottom');
  return [...peaks, ...bottoms];
}

function alternatesEnough(touches: NaiveFractal[]): boolean {
  const peaks = touches.filter((touch) => touch.kind === 'peak').length;
  const bottoms = touches.filter((touch) => touch.kind === 'bottom').length;
  const threeInARow = touches.some(
    (touch, i) => i >= 2 && touch.kind === touches[i - 1]!.kind && touch.kind === touches[i - 2]!.kind,
  );
  return touches.length >= 4 && peaks >= 2 && bottoms >= 2 && !threeInARow;
}

function steepness(degrees: number): number {
  if (degrees >= 30 && degrees <= 60) return 1;
  if (degrees >= 20 && degrees < 30) return 0.8;
  return 0.5;
}

/** Sorts everything and goes down the ranking. */
function bestThree(lines: NaiveLine[], world: World): NaiveLine[] {
  const ranking = [...lines].sort(
    (x, y) => y.score - x.score || y.to.index - x.to.index || y.from.index - x.from.index,
  );
  const kept: NaiveLine[] = [];
  for (const line of ranking) {
    const skipped = kept.some((other) => {
      const later = Math.max(other.from.index, line.from.index);
      const limit = world.options.minSeparation * world.atr;
      const apartNow = Math.abs(valueAt(other, world.newest) - valueAt(line, world.newest));
      const apartThen = Math.abs(valueAt(other, later) - valueAt(line, later));
      return apartNow < limit && apartThen < limit;
    });
    if (!skipped) kept.push(line);
    if (kept.length === 3) break;
  }
  return kept;
}

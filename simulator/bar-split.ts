import type { Random } from '../src/kernel/index.js';

/** A bar in whole points, so that splitting and joining are exact. */
export interface PointBar {
  /** Open, server seconds. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly tickVolume: number;
  readonly spread: number;
}

/**
 * Splits a bar into shorter ones that join to exactly this bar: the first opens at its open, the last closes at its
 * close, one reaches its high, one its low, volumes add up, the smallest spread is its spread.
 * @param times opens of the parts, at least one, ascending
 */
export function splitBar(parent: PointBar, times: readonly number[], random: Random): PointBar[] {
  const parts = times.length;
  const [highPart, lowPart] = extremeParts(parent, parts, random);
  const spreadPart = Math.floor(random.next() * parts);
  const path = pathThrough(parent, { parts, highPart, lowPart }, random);
  const volumes = shareOut(parent.tickVolume, parts, random);
  const wick = (parent.high - parent.low) / parts / 2;
  return times.map((time, part) => {
    const open = part === 0 ? parent.open : step(path[part]!, parent, random);
    const close = path[part + 1]!;
    const high = part === highPart ? parent.high : Math.max(open, close) + Math.floor(wick * random.next() ** 2);
    const low = part === lowPart ? parent.low : Math.min(open, close) - Math.floor(wick * random.next() ** 2);
    return {
      time,
      open,
      high: Math.min(parent.high, high),
      low: Math.max(parent.low, low),
      close,
      tickVolume: volumes[part]!,
      spread: parent.spread + (part === spreadPart ? 0 : Math.floor(random.next() * 3)),
    };
  });
}

/** One bar from consecutive ones (at least one); the exact opposite of {@link splitBar}. */
export function joinBars(time: number, parts: readonly PointBar[]): PointBar {
  const first = parts[0]!;
  let { high, low, tickVolume, spread } = first;
  for (let index = 1; index < parts.length; index++) {
    const part = parts[index]!;
    high = Math.max(high, part.high);
    low = Math.min(low, part.low);
    tickVolume += part.tickVolume;
    spread = Math.min(spread, part.spread);
  }
  return { time, open: first.open, high, low, close: parts[parts.length - 1]!.close, tickVolume, spread };
}

/** In a rising bar the low usually comes first, in a falling one the high. */
function extremeParts(parent: PointBar, parts: number, random: Random): [high: number, low: number] {
  const one = Math.floor(random.next() * parts);
  const other = Math.floor(random.next() * parts);
  const lowFirst = parent.close >= parent.open === random.next() < 0.8;
  const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
  return lowFirst ? [later, earlier] : [earlier, later];
}

/** Prices at the borders of the parts: from open to close past both extremes, with some noise, never outside. */
function pathThrough(
  parent: PointBar,
  { parts, highPart, lowPart }: { parts: number; highPart: number; lowPart: number },
  random: Random,
): number[] {
  const range = parent.high - parent.low;
  const bends = [
    { at: highPart + 0.5, price: parent.high },
    { at: lowPart + 0.5, price: parent.low },
  ].sort((a, b) => a.at - b.at);
  const corners = [{ at: 0, price: parent.open }, ...bends, { at: parts, price: parent.close }];
  const path = [parent.open];
  let corner = 1;
  for (let border = 1; border < parts; border++) {
    while (corners[corner]!.at < border) corner++;
    const [from, to] = [corners[corner - 1]!, corners[corner]!];
    const straight = from.price + ((to.price - from.price) * (border - from.at)) / (to.at - from.at);
    const noisy = Math.round(straight + (range / parts) * (random.next() - 0.5));
    path.push(Math.min(parent.high, Math.max(parent.low, noisy)));
  }
  path.push(parent.close);
  return path;
}

/** Whole shares that add up to `total`, none less than a third of another's (before rounding). */
function shareOut(total: number, parts: number, random: Random): number[] {
  const weights = Array.from({ length: parts }, () => 0.5 + random.next());
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let before = 0;
  let weightSoFar = 0;
  return weights.map((weight, part) => {
    weightSoFar += weight;
    const upTo = part === parts - 1 ? total : Math.floor((total * weightSoFar) / sum);
    const share = upTo - before;
    before = upTo;
    return share;
  });
}

/** A bar seldom opens more than a point away from the last close. */
function step(price: number, { high, low }: PointBar, random: Random): number {
  const moved = price + Math.floor(random.next() * 3) - 1;
  return Math.min(high, Math.max(low, moved));
}

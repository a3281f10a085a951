import { hashNumbers, signedUnit } from './hash.js';

/** Periods of 1, 2, 4 … 512 trading days. */
const OCTAVES = Array.from({ length: 10 }, (_, octave) => ({ period: 2 ** octave, strength: 2 ** (octave / 2) }));

/**
 * A price for every trading day, computed without the days before it: hashed noise in octaves, each twice as long and √2
 * times as strong as the one before. It looks like a random walk up to the longest period; beyond it the price stays
 * around its level.
 */
export class PriceWalk {
  private readonly scale: number;
  private readonly offset: number;

  constructor(
    private readonly seed: number,
    dailyVolatility: number,
    /** The walk passes here: `price` on trading day `day`. */
    private readonly anchor: { readonly day: number; readonly price: number },
  ) {
    // One step of the shortest octave alone has variance 2/3; the longer ones add about 0.6 to it.
    this.scale = dailyVolatility / 1.1;
    this.offset = this.noise(anchor.day);
  }

  /** Price at the open of trading day `day`. */
  at(day: number): number {
    return this.anchor.price * Math.exp(this.scale * (this.noise(day) - this.offset));
  }

  private noise(day: number): number {
    let sum = 0;
    for (let octave = 0; octave < OCTAVES.length; octave++) {
      const { period, strength } = OCTAVES[octave]!;
      const position = day / period;
      const knot = Math.floor(position);
      const share = position - knot;
      const here = signedUnit(hashNumbers(this.seed, octave, knot));
      const next = share === 0 ? 0 : signedUnit(hashNumbers(this.seed, octave, knot + 1));
      sum += (here + share * (next - here)) * strength;
    }
    return sum;
  }
}

/** One step of the proximity scale: a line at most this far from the close has this proximity. */
export interface ProximityStep {
  /** Distance from the close in percent of the close's magnitude, inclusive. */
  readonly maxPercent: number;
  /** 0..1 */
  readonly value: number;
}

/** One band of the slope scale of diagonals. */
export interface SlopeBand {
  /** Inclusive. */
  readonly minDegrees: number;
  /** Inclusive; where two bands meet, the first one counts. */
  readonly maxDegrees: number;
  /** 0..1 */
  readonly value: number;
}

/** Distance from a line at which a fractal still touches it. */
export interface ToleranceSettings {
  /** `percent` of the magnitude of the fractal's price, or a multiple of the ATR. */
  readonly mode: 'percent' | 'atr';
  readonly percent: number;
  readonly atrMultiple: number;
}

/** Rules for pairs of equal fractals that make a horizontal line. */
export interface HorizontalSettings {
  readonly minDistanceBars: number;
  /** Includes both anchors. */
  readonly minTouches: number;
}

/** Rules for pairs of a peak and a bottom that make a diagonal line. */
export interface DiagonalSettings {
  readonly minLengthBars: number;
  /** Without sign, inclusive. */
  readonly minAngleDegrees: number;
  /** Without sign, inclusive. */
  readonly maxAngleDegrees: number;
  /** Includes both anchors. */
  readonly minTouches: number;
  /** Minimum of peaks and minimum of bottoms. */
  readonly minPerKind: number;
  /** Longest run of touches of one kind. */
  readonly maxInARow: number;
  /**
   * Order in which runs of one kind are counted: by `time`, or all peaks followed by all bottoms, as in the original
   * indicator.
   */
  readonly touchOrder: 'time' | 'peaks_then_bottoms';
}

/** Upper bound of each term of a score (`touch`: per touch). */
export interface ScoreWeights {
  readonly touch: number;
  /** Horizontal lines only: full for a flat line, none for a vertical one. */
  readonly angle: number;
  readonly length: number;
  readonly proximity: number;
  /** Diagonals only. */
  readonly alternation: number;
  /** Diagonals only. */
  readonly slope: number;
}

/** Every number of the engine's definitions of fractals and lines. */
export interface EngineSettings {
  /** Bars of a fractal including both wings: odd, 5 to 135. */
  readonly fractalBars: number;
  /** Lines use only fractals among this many newest closed bars. */
  readonly lookbackBars: number;
  readonly atrBars: number;
  readonly tolerance: ToleranceSettings;
  readonly horizontal: HorizontalSettings;
  readonly diagonal: DiagonalSettings;
  /** A line nearer than this to a better one of its kind is dropped, in ATR; 0 = none is. */
  readonly minSeparationAtr: number;
  readonly linesPerKind: number;
  readonly weights: ScoreWeights;
  /** Distance between the anchors from which a line gets the full length score. */
  readonly fullLengthBars: number;
  /** Nearest first; beyond the last step the value is 0. */
  readonly proximitySteps: readonly ProximityStep[];
  /** The first band with the angle counts. */
  readonly slopeBands: readonly SlopeBand[];
  /** Slope value of angles outside of every band. */
  readonly slopeOutsideBands: number;
}

/** The definitions as published. */
export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  fractalBars: 35,
  lookbackBars: 400,
  atrBars: 14,
  tolerance: { mode: 'percent', percent: 1.5, atrMultiple: 1.5 },
  horizontal: { minDistanceBars: 20, minTouches: 3 },
  diagonal: {
    minLengthBars: 80,
    minAngleDegrees: 2,
    maxAngleDegrees: 45,
    minTouches: 4,
    minPerKind: 2,
    maxInARow: 2,
    touchOrder: 'time',
  },
  minSeparationAtr: 1,
  linesPerKind: 3,
  weights: { touch: 25, angle: 15, length: 10, proximity: 50, alternation: 20, slope: 15 },
  fullLengthBars: 400,
  proximitySteps: [
    { maxPercent: 0.05, value: 1 },
    { maxPercent: 0.1, value: 0.93 },
    { maxPercent: 0.25, value: 0.8 },
    { maxPercent: 0.5, value: 0.6 },
    { maxPercent: 1, value: 0.4 },
    { maxPercent: 2, value: 0.2 },
  ],
  slopeBands: [
    { minDegrees: 30, maxDegrees: 60, value: 1 },
    { minDegrees: 20, maxDegrees: 30, value: 0.8 },
  ],
  slopeOutsideBands: 0.5,
};

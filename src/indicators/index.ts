/** Fractals and lines: the pure formulas, the terminal's own indicators, and the answers made of them. */
export { computeLines } from './formulas/engine.js';
export type { EngineResult } from './formulas/engine.js';
export { findFractals } from './formulas/fractals.js';
export type { Fractals } from './formulas/fractals.js';
export { lineValue } from './formulas/line.js';
export type { Line, LineKind, Slope, Touch } from './formulas/line.js';
export { DEFAULT_ENGINE_SETTINGS } from './formulas/settings.js';
export type { EngineSettings } from './formulas/settings.js';
export { IndicatorsModule } from './indicators.module.js';

/** Fractals and lines: pure formulas, the terminals' own indicators, and the answers of both. */
export { IndicatorsModule } from './indicators.module.js';

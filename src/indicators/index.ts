/** Fractals and lines: the pure formulas, the terminal's own indicators, and the answers made of them. */
export { IndicatorsModule } from './indicators.module.js';

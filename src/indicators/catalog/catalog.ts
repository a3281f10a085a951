import type { Indicator } from '../indicator.js';
import { FRACTAL_LINES } from './fractal-lines.js';

/** All indicators, in the order in which answers have them. */
export const INDICATORS: readonly Indicator[] = [FRACTAL_LINES];

import type { Indicator } from '../indicator.js';
import { FRACTAL_LINES } from './fractal-lines.js';

/** All indicators in the order of their members in answers. */
export const INDICATORS: readonly Indicator[] = [FRACTAL_LINES];

import type { SeriesSettings } from '../../../src/config/index.js';
import { changed, USUAL_SETTINGS } from '../../support/usual-settings.js';

/** Settings of series with the longest grace that is allowed, and what a test changes of them. */
export function seriesSettings(changes: Partial<SeriesSettings>): SeriesSettings {
  return changed(USUAL_SETTINGS.series, { closeGraceMs: 1500, ...changes });
}

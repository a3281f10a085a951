import { adminArea } from '../../http/index.js';

/** The admin routes of this folder. */
export const TERMINALS_AREA = adminArea({
  scope: 'terminals',
  description: 'Watch, drain and restart terminals, and override the broker’s names of symbols.',
});

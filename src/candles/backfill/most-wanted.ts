import type { Timeframe } from '../../market/index.js';

/** What customers ask for most comes first, when a terminal connects and when stored bars are read. */
const BY_DEMAND: readonly Timeframe[] = ['H1', 'H4', 'D1', 'M15', 'M30', 'M5', 'H2', 'H8', 'H12'];

/** Place of a timeframe in the order in which customers ask; 0 is the first. */
export function rank({ timeframe }: { readonly timeframe: Timeframe }): number {
  const place = BY_DEMAND.indexOf(timeframe);
  return place === -1 ? BY_DEMAND.length : place;
}

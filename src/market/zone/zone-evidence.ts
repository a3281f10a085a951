import type { WeekendEdges } from './weekend-edges.js';

/** An offset that terminals of a server told without a change, server seconds. */
export interface OffsetSighting {
  readonly offset: number;
  readonly from: number;
  readonly to: number;
}

/** All that was ever seen of a server's clock, ascending. */
export interface ZoneEvidence {
  readonly sightings: readonly OffsetSighting[];
  readonly weekends: readonly WeekendEdges[];
}

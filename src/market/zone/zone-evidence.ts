import type { WeekendEdges } from './weekend-edges.js';

/** An offset that the terminals of a server reported without a change, server seconds. */
export interface OffsetSighting {
  readonly offset: number;
  readonly from: number;
  readonly to: number;
}

/** Everything seen of a server's clock, ascending. */
export interface ZoneEvidence {
  readonly sightings: readonly OffsetSighting[];
  readonly weekends: readonly WeekendEdges[];
}

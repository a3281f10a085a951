import type { OffsetSighting, WeekendEdges, ZoneEvidence } from '../../market/index.js';

/**
 * Observations of the clocks of brokers' servers (port). May throw `StoreUnavailableError` while the database is away.
 */
export abstract class ServerClockStore {
  /** By server; sightings and weekends ascending. */
  abstract all(): Promise<ReadonlyMap<string, ZoneEvidence>>;
  /** Writes sightings and weekends of one server; they replace those that begin at the same time. */
  abstract write(
    server: string,
    seen: { readonly sightings: readonly OffsetSighting[]; readonly weekends: readonly WeekendEdges[] },
  ): Promise<void>;
}

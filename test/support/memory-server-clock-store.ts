import type { OffsetSighting, WeekendEdges, ZoneEvidence } from '../../src/market/index.js';
import { ServerClockStore } from '../../src/persistence/index.js';

/** What was seen of servers' clocks, in memory; it can be away as a database is. */
export class MemoryServerClockStore extends ServerClockStore {
  away = false;
  private readonly servers = new Map<
    string,
    { readonly sightings: Map<number, OffsetSighting>; readonly weekends: Map<number, WeekendEdges> }
  >();

  override async all(): Promise<ReadonlyMap<string, ZoneEvidence>> {
    if (this.away) throw new Error('away');
    const ascending = ([a]: [number, unknown], [b]: [number, unknown]) => a - b;
    const values = <T>(map: Map<number, T>) => [...map].sort(ascending).map(([, value]) => value);
    return new Map(
      [...this.servers].map(([server, { sightings, weekends }]) => {
        return [server, { sightings: values(sightings), weekends: values(weekends) }];
      }),
    );
  }

  override async write(server: string, { sightings, weekends }: ZoneEvidence): Promise<void> {
    if (this.away) throw new Error('away');
    const rows = this.servers.get(server) ?? { sightings: new Map(), weekends: new Map() };
    this.servers.set(server, rows);
    for (const sighting of sightings) rows.sightings.set(sighting.from, sighting);
    for (const edges of weekends) rows.weekends.set(edges.saturday, edges);
  }
}

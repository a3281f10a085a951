import { Injectable } from '@nestjs/common';
import type { OffsetSighting, WeekendEdges, ZoneEvidence } from '../../market/index.js';
import { Database } from '../database/database.js';
import { ServerClockStore } from './server-clock-store.js';

const SIGHTINGS =
  'SELECT broker_server, offset_seconds, seen_from, seen_to FROM server_offset ORDER BY broker_server, seen_from';
const WEEKENDS =
  'SELECT broker_server, saturday, last_hour, first_hour FROM server_weekend ORDER BY broker_server, saturday';
const WRITE_SIGHTINGS = `
  INSERT INTO server_offset (broker_server, seen_from, seen_to, offset_seconds)
  SELECT $1, * FROM unnest($2::int8[], $3::int8[], $4::int4[])
  ON CONFLICT ON CONSTRAINT server_offset_pkey
  DO UPDATE SET seen_to = excluded.seen_to, offset_seconds = excluded.offset_seconds`;
const WRITE_WEEKENDS = `
  INSERT INTO server_weekend (broker_server, saturday, last_hour, first_hour)
  SELECT $1, * FROM unnest($2::int8[], $3::int8[], $4::int8[])
  ON CONFLICT ON CONSTRAINT server_weekend_pkey
  DO UPDATE SET last_hour = excluded.last_hour, first_hour = excluded.first_hour`;

@Injectable()
export class PostgresServerClockStore extends ServerClockStore {
  constructor(private readonly database: Database) {
    super();
  }

  async all(): Promise<ReadonlyMap<string, ZoneEvidence>> {
    const found = new Map<string, { sightings: OffsetSighting[]; weekends: WeekendEdges[] }>();
    const of = (server: unknown) => {
      const known = found.get(String(server)) ?? { sightings: [], weekends: [] };
      found.set(String(server), known);
      return known;
    };
    for (const [server, offset, from, to] of await this.database.readRows(SIGHTINGS, [])) {
      of(server).sightings.push({ offset: Number(offset), from: Number(from), to: Number(to) });
    }
    for (const [server, saturday, last, first] of await this.database.readRows(WEEKENDS, [])) {
      of(server).weekends.push({ saturday: Number(saturday), last: Number(last), first: Number(first) });
    }
    return found;
  }

  async write(server: string, { sightings, weekends }: ZoneEvidence): Promise<void> {
    if (sightings.length > 0) {
      const columns = [
        sightings.map(({ from }) => from),
        sightings.map(({ to }) => to),
        sightings.map((s) => s.offset),
      ];
      await this.database.rows(WRITE_SIGHTINGS, [server, ...columns]);
    }
    if (weekends.length > 0) {
      const columns = [weekends.map((w) => w.saturday), weekends.map(({ last }) => last), weekends.map((w) => w.first)];
      await this.database.rows(WRITE_WEEKENDS, [server, ...columns]);
    }
  }
}

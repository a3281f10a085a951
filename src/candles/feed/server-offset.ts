import type { Clock } from '../../kernel/index.js';
import { type ServerZone, UNKNOWN_ZONE } from '../../market/index.js';

/** Where the zone of a series' server is known. */
export interface OffsetSources {
  readonly clock: Clock;
  readonly zoneOf: (brokerServer: string) => ServerZone;
}

/** The offset now, as a terminal reports it, else by the zone of the server; and that zone. */
export function offsetsOf(
  brokerServer: string | undefined,
  reported: number | undefined,
  { clock, zoneOf }: OffsetSources,
) {
  const zone = brokerServer === undefined ? UNKNOWN_ZONE : zoneOf(brokerServer);
  return { utcOffsetSeconds: reported ?? offsetNow(zone, clock), zone };
}

function offsetNow(zone: ServerZone, clock: Clock): number | undefined {
  const utc = Math.floor(clock.nowMs() / 1000);
  const time = zone.fromUtc(utc);
  return time === undefined ? undefined : time - utc;
}

import type { Clock } from '../kernel/index.js';
import type { ServerZone } from '../market/index.js';

/** Server time minus UTC now, seconds, as the zone has it; undefined where it is not known. */
export function offsetNow(zone: ServerZone, clock: Clock): number | undefined {
  const utc = Math.floor(clock.nowMs() / 1000);
  const time = zone.fromUtc(utc);
  return time === undefined ? undefined : time - utc;
}

import { InvalidParameterError, type TimeParameterValue, UtcTime } from '../../http/index.js';
import type { OffsetSpan, ServerZone } from '../../market/index.js';

/** How times in an answer are written. */
export type TimeFormat = 'server' | 'utc';

/** A server time as an answer shows it; null where its UTC is not known. */
export type ShowTime = (time: number) => number | null;

/**
 * The server time that a caller means.
 * @throws InvalidParameterError when it is given in UTC and the offset at that time is not known
 */
export function serverTimeOf(parameter: string, value: TimeParameterValue | undefined, zone: ServerZone) {
  if (!(value instanceof UtcTime)) return value;
  const time = zone.fromUtc(value.seconds);
  if (time !== undefined) return time;
  const message = 'is UTC at a time for which the offset of the broker’s server is not known; give server time instead';
  throw InvalidParameterError.of(parameter, message);
}

/** Shows times as asked for; fast where they come in order. */
export function timeWriter(format: TimeFormat, zone: ServerZone, newest: number): ShowTime {
  if (format === 'server') return (time) => time;
  let spans: readonly OffsetSpan[] = [];
  let index = 0;
  return (time) => {
    if (spans.length === 0 || time < spans[0]!.from) {
      spans = zone.spans(time, Math.max(time, newest));
      index = 0;
    }
    if (time < spans[index]!.from) index = 0;
    while (index + 1 < spans.length && spans[index + 1]!.from <= time) index++;
    const { offset } = spans[index]!;
    return offset === undefined ? null : time - offset;
  };
}

/** Offsets for the span from the oldest to the newest time, as metadata shows them. */
export function offsetsFor(zone: ServerZone, oldest: number, newest: number) {
  return zone.spans(oldest, Math.max(oldest, newest)).map(({ from, offset }) => ({ from, offset: offset ?? null }));
}

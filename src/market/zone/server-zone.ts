/** An offset that holds from `from` (server time) until the next span. */
export interface OffsetSpan {
  readonly from: number;
  /** Server time minus UTC, seconds; undefined where it is not known. */
  readonly offset: number | undefined;
}

/**
 * What is known of the offset between a broker's server time and UTC, over all times. A value: it never changes.
 *
 * An hour of server time that a switch repeats or skips has the offset from before the switch: of the two passes of a
 * repeated hour the first is meant, and a time that never was reads as the same distance behind the switch.
 */
export abstract class ServerZone {
  /** Spans that cover [from, to], server seconds; the first begins exactly at `from`, and neighbors differ. */
  abstract spans(from: number, to: number): readonly OffsetSpan[];
  /** Server time at a UTC second; undefined where the offset is not known. */
  abstract fromUtc(utc: number): number | undefined;

  /** Server time minus UTC, seconds, at a server second; undefined where it is not known. */
  offsetAt(time: number): number | undefined {
    return this.spans(time, time)[0]!.offset;
  }

  /** UTC of a server second; undefined where the offset is not known. */
  toUtc(time: number): number | undefined {
    const offset = this.offsetAt(time);
    return offset === undefined ? undefined : time - offset;
  }
}

/** Nothing is known. */
class UnknownZone extends ServerZone {
  override spans(from: number): readonly OffsetSpan[] {
    return [{ from, offset: undefined }];
  }

  override fromUtc(): undefined {
    return undefined;
  }
}

/** The zone of a server of which nothing is known. */
export const UNKNOWN_ZONE: ServerZone = new UnknownZone();

/** The spans of ascending `spans` that cover [from, to]; before the first one nothing is known. */
export function clipSpans(spans: readonly OffsetSpan[], from: number, to: number): OffsetSpan[] {
  const clipped: OffsetSpan[] = [{ from, offset: undefined }];
  for (const span of spans) {
    if (span.from > to) break;
    if (span.from <= from) clipped[0] = { from, offset: span.offset };
    else if (clipped.at(-1)!.offset !== span.offset) clipped.push(span);
  }
  return clipped;
}

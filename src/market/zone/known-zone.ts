import { clipSpans, type OffsetSpan, ServerZone } from './server-zone.js';

/** A server clock whose offset is known in pieces. */
export class KnownZone extends ServerZone {
  /** Ascending; neighbors differ. Nothing is known before the first. */
  readonly pieces: readonly OffsetSpan[];

  constructor(pieces: readonly OffsetSpan[]) {
    super();
    this.pieces = pieces.filter(({ offset }, i) => offset !== (i === 0 ? undefined : pieces[i - 1]!.offset));
  }

  override spans(from: number, to: number): readonly OffsetSpan[] {
    return clipSpans(this.pieces, from, to);
  }

  override fromUtc(utc: number): number | undefined {
    for (let i = this.pieces.length - 1; i >= 0; i--) {
      const { from, offset } = this.pieces[i]!;
      if (offset === undefined || from - offset > utc) continue;
      const time = utc + offset;
      const next = this.pieces[i + 1];
      if (next === undefined || time < next.from) return time;
      // Second pass of an hour that a switch repeats.
      const repeated = next.offset !== undefined && utc + next.offset < next.from ? utc + next.offset : undefined;
      return repeated;
    }
    return undefined;
  }
}

import type { SeriesSnapshot } from '../series-registry.js';

/** The newest snapshot of a series and its revision; built once, when it is first read. */
export class KeptSnapshot {
  private revision = 0;
  private staleThen = true;
  private kept: SeriesSnapshot | undefined;

  /** Whether the series was stale at its newest revision. */
  get stale(): boolean {
    return this.staleThen;
  }

  /** Something that a snapshot shows is different now. */
  renew(stale: boolean): void {
    this.revision++;
    this.staleThen = stale;
    this.kept = undefined;
  }

  /** The newest snapshot; a series that has become stale, or fresh again, has a new revision. */
  read(stale: boolean, build: (revision: number) => SeriesSnapshot): SeriesSnapshot {
    if (stale !== this.staleThen) this.renew(stale);
    this.kept ??= build(this.revision);
    return this.kept;
  }
}

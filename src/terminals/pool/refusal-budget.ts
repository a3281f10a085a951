import type { Rejection } from '../../bridge/index.js';

const MINUTE_MS = 60_000;
/** Rows a minute, from all addresses together. */
const PER_MINUTE = 20;

/**
 * Bounds the audit rows of refusals that strangers can cause in any number: in each minute the same refusal of the same
 * claim from the same address once, and 20 in all.
 */
export class RefusalBudget {
  private minute = -1;
  private readonly seen = new Set<string>();
  private suppressed = 0;

  constructor(private readonly nowMs: () => number) {}

  /**
   * Number of refusals left out since the last admitted one; undefined when this one is left out as well.
   */
  admit({ reason, terminalId = '', remoteAddress }: Rejection): number | undefined {
    const minute = Math.floor(this.nowMs() / MINUTE_MS);
    if (minute !== this.minute) this.seen.clear();
    this.minute = minute;
    const which = `${reason} ${terminalId} ${remoteAddress}`;
    if (this.seen.has(which) || this.seen.size >= PER_MINUTE) {
      this.suppressed++;
      return undefined;
    }
    this.seen.add(which);
    const { suppressed } = this;
    this.suppressed = 0;
    return suppressed;
  }
}

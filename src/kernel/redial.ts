import { Backoff, type BackoffOptions } from './backoff.js';
import type { Random } from './random.js';

/** Quick attempts after the gateway announced a restart, half a minute in all; then the usual pauses begin. */
const EAGER_DIALS = 30;

/** The pauses of a program that dials the gateway (docs/bridge-protocol.md, "When to dial again"). */
export class Redial {
  private backoff: Backoff;
  private eagerDials = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: Random,
  ) {
    this.backoff = Backoff.first(options, random);
  }

  /** Call it after a stable session: the pauses start over. */
  settled(): void {
    this.backoff = Backoff.first(this.options, this.random);
  }

  /** Call it when the gateway is back: the quick attempts end, so a later break meets the usual pauses. */
  welcomed(): void {
    this.eagerDials = 0;
  }

  /** Call it when the gateway announced its stop and is expected back within seconds. */
  expectBack(): void {
    this.settled();
    this.eagerDials = EAGER_DIALS;
  }

  /** The pause before the next dial, milliseconds. The first one after {@link expectBack} spreads all bridges evenly. */
  nextPauseMs(): number {
    if (this.eagerDials === 0) {
      const { delayMs } = this.backoff;
      this.backoff = this.backoff.next();
      return delayMs;
    }
    this.eagerDials--;
    if (this.eagerDials === EAGER_DIALS - 1) return Math.round(this.options.initialMs * this.random.next());
    return Backoff.first(this.options, this.random).delayMs;
  }
}

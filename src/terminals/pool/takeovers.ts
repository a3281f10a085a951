import { type Clock, Damper, printable } from '../../kernel/index.js';

/** This many takeovers within the window come from two bridges, not from one that dialed again. */
const SUSPICIOUS = 3;
const WINDOW_MS = 600_000;

/** One end of a takeover. */
export interface TakeoverPeer {
  readonly remoteAddress: string;
  /** Name and version of the bridge's program. */
  readonly program: string;
}

/** Counts how often a session of a terminal replaces another one that was still open. */
export class Takeovers {
  private readonly times: number[] = [];
  private readonly reports: Damper;
  private total = 0;
  private reported = 0;

  constructor(private readonly clock: Clock) {
    this.reports = new Damper(clock, WINDOW_MS);
  }

  /** Since the gateway started. */
  get count(): number {
    return this.total;
  }

  /** Counts a takeover; returns a sentence for the operator when one is due. */
  note(older: TakeoverPeer, newer: TakeoverPeer): string | undefined {
    const nowMs = this.clock.monotonicMs();
    this.total++;
    this.times.push(nowMs);
    if (this.times.length > SUSPICIOUS) this.times.shift();
    const often = this.times.length === SUSPICIOUS && nowMs - this.times[0]! <= WINDOW_MS;
    if (!often) return undefined;
    if (this.reports.pass() === undefined) return undefined;
    const count = this.total - this.reported;
    const times = this.reported === 0 ? `${count} times by now` : `${count} times since the last report`;
    this.reported = this.total;
    return (
      `bridges with this id take each other's place, ${times}, last ${nameOf(newer)} that of ${nameOf(older)}: ` +
      'stop one of them, or give it the id and key of another terminal'
    );
  }
}

function nameOf({ remoteAddress, program }: TakeoverPeer): string {
  return `${remoteAddress} (${printable(program, 60)})`;
}

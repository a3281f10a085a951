import { asDecimal, asSeconds, type Clock } from '../../kernel/index.js';
import type { TerminalClock } from '../terminal-pool.js';

/** Clocks that differ by less agree: messages take time, and bridges send whole seconds. */
export const CLOCK_TOLERANCE_MS = 60_000;
const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
/** No place on earth is farther ahead of UTC. */
const MAX_OFFSET_MS = 14 * 3_600_000;

/** A terminal's clock that cannot be right. */
export interface ClockSkew {
  /** Server time minus the expected time, milliseconds; negative = behind. */
  readonly aheadMs: number;
  /** For the operator. */
  readonly message: string;
}

/** The terminal of a clock. */
export interface ClockOwner {
  readonly terminalId: string;
  readonly brokerServer: string;
  readonly simulated: boolean;
}

interface Heard {
  readonly owner: ClockOwner;
  readonly clock: TerminalClock;
}

/**
 * Compares the clocks of terminals with the gateway's UTC and with each other. Only clocks of rate 1 can be compared; a
 * simulated one that is more than a day away replays another time.
 */
export class ClockComparison {
  private readonly heard = new Map<string, Heard>();

  constructor(private readonly clock: Clock) {}

  /** The fault of a clock that a terminal has just sent; undefined = no known fault. */
  judge(owner: ClockOwner, clock: TerminalClock): ClockSkew | undefined {
    this.heard.delete(owner.terminalId);
    if (clock.clockRate !== 1) return undefined;
    const skew = this.againstUtc(clock);
    if (owner.simulated && Math.abs(skew?.aheadMs ?? 0) > DAY_MS) return undefined;
    if (skew !== undefined) return skew;
    const peers = [...this.heard.values()].filter(({ owner: { brokerServer } }) => brokerServer === owner.brokerServer);
    this.heard.set(owner.terminalId, { owner, clock });
    return this.againstPeers(clock, peers);
  }

  /** Call it when the terminal has no session any more. */
  forget(terminalId: string): void {
    this.heard.delete(terminalId);
  }

  private againstUtc(clock: TerminalClock): ClockSkew | undefined {
    const { utcOffsetSeconds } = clock;
    const ahead = this.serverNowMs(clock) - this.clock.nowMs();
    if (utcOffsetSeconds === undefined) return withoutOffset(ahead);
    const aheadMs = ahead - utcOffsetSeconds * 1000;
    if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return undefined;
    const what = `its server time less its own UTC offset of ${asDecimal(utcOffsetSeconds)} s is ${inWords(aheadMs)} UTC`;
    return { aheadMs, message: `${what}: its clock, its time zone or the offset is wrong` };
  }

  /** Terminals of one server have one server time. Without a majority none is believed. */
  private againstPeers(clock: TerminalClock, peers: readonly Heard[]): ClockSkew | undefined {
    const nowMs = this.serverNowMs(clock);
    const others = peers.map(({ owner, clock: peer }) => ({
      id: owner.terminalId,
      aheadMs: nowMs - this.serverNowMs(peer),
    }));
    const differing = others.filter(({ aheadMs }) => Math.abs(aheadMs) > CLOCK_TOLERANCE_MS);
    const agreeing = others.length - differing.length + 1;
    const [first] = differing;
    if (first === undefined || agreeing > differing.length) return undefined;
    const message = `its server time is ${inWords(first.aheadMs)} that of ${first.id}, which is logged in to the same server`;
    return { aheadMs: first.aheadMs, message };
  }

  private serverNowMs({ serverTimeMs, clockRate, heardAtMs }: TerminalClock): number {
    return serverTimeMs + clockRate * (this.clock.monotonicMs() - heardAtMs);
  }
}

/** Without an offset, a clock is wrong only when no time zone explains it. */
function withoutOffset(ahead: number): ClockSkew | undefined {
  const nearest = Math.min(
    MAX_OFFSET_MS,
    Math.max(-MAX_OFFSET_MS, Math.round(ahead / QUARTER_HOUR_MS) * QUARTER_HOUR_MS),
  );
  const aheadMs = ahead - nearest;
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return undefined;
  return { aheadMs, message: `its server time is ${inWords(aheadMs)} any time zone` };
}

function inWords(aheadMs: number): string {
  return `${asSeconds(Math.abs(aheadMs), 0)} ${aheadMs < 0 ? 'behind' : 'ahead of'}`;
}

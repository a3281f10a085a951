import type { Clock } from '../src/kernel/index.js';

const HOUR = 3600;

/** Server time of a simulated terminal: a start, and how fast it runs from there. */
export class ServerClock {
  private readonly startedMs: number;

  constructor(
    private readonly clock: Clock,
    private startMs: number,
    /** Server seconds per real second; 0 = still. */
    readonly rate: number,
    /** Server time minus UTC, seconds. 0 for a clock that is not the world's: there is nothing to compare it with. */
    readonly utcOffsetSeconds: number,
  ) {
    this.startedMs = clock.monotonicMs();
  }

  /** A clock at the given server second, still or moving. */
  static at(clock: Clock, serverSeconds: number, rate: number): ServerClock {
    return new ServerClock(clock, serverSeconds * 1000, rate, 0);
  }

  /** The clock of a broker on Eastern European Time, as most are; the offset is that of the start and does not jump. */
  static now(clock: Clock): ServerClock {
    const offset = easternEuropeanOffset(clock.nowMs());
    return new ServerClock(clock, clock.nowMs() + offset * 1000, 1, offset);
  }

  nowMs(): number {
    return Math.floor(this.startMs + (this.clock.monotonicMs() - this.startedMs) * this.rate);
  }

  /** Lets server time jump; a still clock moves by this only. */
  advance(byMs: number): void {
    this.startMs += byMs;
  }

  /** Whole seconds. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }
}

/** UTC+2, and UTC+3 from the last Sunday of March to the last Sunday of October, 01:00 UTC. */
export function easternEuropeanOffset(utcMs: number): number {
  const year = new Date(utcMs).getUTCFullYear();
  const isSummer = lastSundayAt1(year, 2) <= utcMs && utcMs < lastSundayAt1(year, 9);
  return (isSummer ? 3 : 2) * HOUR;
}

function lastSundayAt1(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * 24 * HOUR * 1000;
}

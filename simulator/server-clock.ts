import type { Clock } from '../src/kernel/index.js';
import type { RuleZone } from '../src/market/index.js';

/** Server time of a simulated terminal: the world's in the broker's zone, or a start and how fast it runs from there. */
export class ServerClock {
  private readonly startedMs: number;

  private constructor(
    private readonly clock: Clock,
    private readonly zone: RuleZone,
    /** UTC when the clock is the world's, otherwise server time. */
    private startMs: number,
    /** Server seconds per real second; 0 = still. */
    readonly rate: number,
    /** It runs with the world, and switches when its zone does. */
    readonly isWorlds: boolean,
  ) {
    this.startedMs = clock.monotonicMs();
  }

  /** A clock at the given server second, still or moving. */
  static at(
    clock: Clock,
    zone: RuleZone,
    { serverSeconds, rate }: { serverSeconds: number; rate: number },
  ): ServerClock {
    return new ServerClock(clock, zone, serverSeconds * 1000, rate, false);
  }

  /** The clock of a broker in a zone of the world. */
  static now(clock: Clock, zone: RuleZone): ServerClock {
    return new ServerClock(clock, zone, clock.nowMs(), 1, true);
  }

  /** Server time minus UTC now, seconds. */
  get utcOffsetSeconds(): number {
    return this.isWorlds ? this.worldOffset() : this.zone.offsetAt(this.now())!;
  }

  nowMs(): number {
    return this.isWorlds ? this.elapsedMs() + this.worldOffset() * 1000 : this.elapsedMs();
  }

  /** Moves server time; the only way to move a stopped clock. */
  advance(byMs: number): void {
    this.startMs += byMs;
  }

  /** Whole seconds. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** UTC when the clock is the world's, otherwise server time. */
  private elapsedMs(): number {
    return Math.floor(this.startMs + (this.clock.monotonicMs() - this.startedMs) * this.rate);
  }

  /** The offset now; in an hour that a switch repeats, only UTC distinguishes the passes. */
  private worldOffset(): number {
    const utc = Math.floor(this.elapsedMs() / 1000);
    return this.zone.fromUtc(utc) - utc;
  }
}

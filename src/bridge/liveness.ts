import type { Clock, Timer } from '../kernel/index.js';

/** What the watch over a peer needs from its connection. */
export interface Pulse {
  /** Says something, so that the peer sees us alive. */
  beat(): void;
  /** The peer has been silent for too long. */
  dead(silentMs: number): void;
}

/** A peer is dead after this many heartbeat intervals without a single byte. */
const DEAD_AFTER_INTERVALS = 3;

/**
 * Watches one peer by the bytes that it sends. TCP's own keepalive stays silent for up to 15 minutes while unconfirmed
 * data waits, so the application keeps its own pulse.
 */
export class Liveness {
  private receivedMs: number;
  private busyMs = 0;
  private readonly beats: Timer;
  private watch: Timer;

  constructor(
    private readonly clock: Clock,
    private readonly heartbeatMs: number,
    private readonly pulse: Pulse,
  ) {
    this.receivedMs = clock.monotonicMs();
    this.beats = clock.every(heartbeatMs, () => pulse.beat());
    this.watch = this.watchUntil(this.deadlineMs());
  }

  /** When the last bytes came, monotonic. */
  get lastReceivedMs(): number {
    return this.receivedMs;
  }

  /** Until when the peer asked not to be taken for dead, monotonic; 0 = never asked. */
  get busyUntilMs(): number {
    return this.busyMs;
  }

  /** Bytes came, whatever they mean. */
  received(): void {
    this.receivedMs = this.clock.monotonicMs();
  }

  /** The peer is about to block. The newest announcement counts, so a shorter one takes a longer one back. */
  busyFor(durationMs: number): void {
    this.busyMs = this.clock.monotonicMs() + durationMs;
    this.watch.cancel();
    this.watch = this.watchUntil(this.deadlineMs());
  }

  stop(): void {
    this.beats.cancel();
    this.watch.cancel();
  }

  /** Silence counts from the last bytes, or from the end of the announced block. */
  private deadlineMs(): number {
    return Math.max(this.receivedMs, this.busyMs) + DEAD_AFTER_INTERVALS * this.heartbeatMs;
  }

  private watchUntil(deadlineMs: number): Timer {
    return this.clock.after(deadlineMs - this.clock.monotonicMs(), () => {
      const lateMs = this.clock.monotonicMs() - deadlineMs;
      // After a stop of the whole host the peer gets an interval to be heard.
      this.watch = this.clock.after(lateMs >= this.heartbeatMs ? this.heartbeatMs : 0, () => this.judge());
    });
  }

  /** Runs a turn of the event loop after the deadline: what arrived while this process stood still is read by then. */
  private judge(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs >= this.deadlineMs()) this.pulse.dead(Math.round(nowMs - this.receivedMs));
    else this.watch = this.watchUntil(this.deadlineMs());
  }
}

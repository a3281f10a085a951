import type { Clock, Timer } from '../kernel/index.js';

/** The connection as {@link Liveness} uses it. */
export interface Pulse {
  /** Sends a heartbeat, so that the peer sees us alive. */
  beat(): void;
  /** Called when the peer has been silent for too long. */
  dead(silentMs: number): void;
}

/** A peer is dead after this many heartbeat intervals without a single byte. */
const DEAD_AFTER_INTERVALS = 3;

/**
 * Watches one peer by the bytes that it sends. TCP's keepalive stays silent for up to 15 minutes while unconfirmed data
 * waits, so the application sends heartbeats.
 */
export class Liveness {
  private receivedMs: number;
  private busyMs = 0;
  private readonly heartbeats: Timer;
  private watch: Timer;

  constructor(
    private readonly clock: Clock,
    private readonly heartbeatMs: number,
    private readonly pulse: Pulse,
  ) {
    this.receivedMs = clock.monotonicMs();
    this.heartbeats = clock.every(heartbeatMs, () => pulse.beat());
    this.watch = this.watchUntil(this.deadlineMs());
  }

  /** Time of the last received bytes, monotonic. */
  get lastReceivedMs(): number {
    return this.receivedMs;
  }

  /** End of the newest announced silence, monotonic; 0 = none announced. */
  get busyUntilMs(): number {
    return this.busyMs;
  }

  /** Call it for any received bytes. */
  received(): void {
    this.receivedMs = this.clock.monotonicMs();
  }

  /** Call it when the peer announces that it blocks. The newest announcement counts, also a shorter one. */
  busyFor(durationMs: number): void {
    this.busyMs = this.clock.monotonicMs() + durationMs;
    this.watch.cancel();
    this.watch = this.watchUntil(this.deadlineMs());
  }

  stop(): void {
    this.heartbeats.cancel();
    this.watch.cancel();
  }

  /** Silence counts from the last bytes or from the end of the announced block. */
  private deadlineMs(): number {
    return Math.max(this.receivedMs, this.busyMs) + DEAD_AFTER_INTERVALS * this.heartbeatMs;
  }

  private watchUntil(deadlineMs: number): Timer {
    return this.clock.after(deadlineMs - this.clock.monotonicMs(), () => {
      const lateMs = this.clock.monotonicMs() - deadlineMs;
      // After a stop of the whole host, the peer gets one interval to send bytes.
      this.watch = this.clock.after(lateMs >= this.heartbeatMs ? this.heartbeatMs : 0, () => this.judge());
    });
  }

  /** Runs one turn of the event loop after the deadline, so that bytes from a standstill of this process are read first. */
  private judge(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs >= this.deadlineMs()) this.pulse.dead(Math.round(nowMs - this.receivedMs));
    else this.watch = this.watchUntil(this.deadlineMs());
  }
}

import { type Clock, printable } from '../../kernel/index.js';
import { ReadyTime } from './ready-time.js';
import { Ring } from './ring.js';
import type { TerminalChange } from './terminal.state.js';

/** A fault of a terminal. */
export interface TerminalFault {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  /** One word: the error code of a request, the end of a session, `probe-failed`, `symbol-changed`, ... */
  readonly code: string;
  readonly message: string;
}

/** Outcome of one probe. */
export interface ProbeResult {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly ok: boolean;
  readonly durationMs: number;
  /** Reason of the failure; undefined after a success. */
  readonly error: string | undefined;
}

/** Durations of the newest answered requests, waiting included, milliseconds. */
export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Number of these requests, at most 100. */
  readonly requests: number;
}

const FAULTS_KEPT = 20;
const DURATIONS_KEPT = 100;
const MESSAGE_LENGTH = 300;

/** The record of a terminal across its sessions: time ready, reconnects, faults. */
export class TerminalRecord {
  private readonly faultRing = new Ring<TerminalFault>(FAULTS_KEPT);
  private readonly durations = new Ring<number>(DURATIONS_KEPT);
  private readonly readyTime: ReadyTime;
  private sessions = 0;
  private lastEpoch = -1;
  private lossKind = 'superseded';
  private checkedAtMs: number | undefined;
  private newestBar: number | undefined;
  private probe: ProbeResult | undefined;

  constructor(private readonly clock: Clock) {
    this.readyTime = new ReadyTime(clock);
  }

  /** Sessions after the first. */
  get reconnects(): number {
    return Math.max(0, this.sessions - 1);
  }

  /** Why the previous session ended, in one word: `lost` reasons up to the first colon, or superseded. */
  get lastLossKind(): string {
    return this.lossKind;
  }

  /** Newest faults, oldest first. */
  get faults(): readonly TerminalFault[] {
    return this.faultRing.newest();
  }

  get lastProbe(): ProbeResult | undefined {
    return this.probe;
  }

  /** Wall clock of the last sign of life or probe, milliseconds; undefined before the first. */
  get lastCheckMs(): number | undefined {
    return this.checkedAtMs;
  }

  /** Open of its newest pushed and served bar, server seconds; undefined before the first. */
  get lastBar(): number | undefined {
    return this.newestBar;
  }

  /** Share of time ready since the gateway started, percent with two decimals. */
  get uptimePercent(): number {
    return this.readyTime.sinceStart();
  }

  /** The same over the last 24 hours. */
  get dayUptimePercent(): number {
    return this.readyTime.lastDay();
  }

  /** Undefined before the first answer. */
  get latency(): Latency | undefined {
    const sorted = [...this.durations.newest()].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
    return sorted.length === 0 ? undefined : { medianMs: at(0.5), p95Ms: at(0.95), requests: sorted.length };
  }

  changed(change: TerminalChange): void {
    this.readyTime.set(change.to === 'ready');
    this.checkedAtMs = change.atMs;
    // A drained terminal may come and go without a change of its state, and a resumed one begins no session.
    const begins = change.epoch !== undefined && change.epoch > this.lastEpoch;
    if (begins) {
      this.sessions++;
      this.lastEpoch = change.epoch;
    }
    const ends = change.to === 'lost' || (change.from === 'draining' && change.to === 'draining' && !begins);
    if (ends) this.lossKind = lossKindOf(change.reason);
    else if (change.to === 'ready') this.lossKind = 'superseded';
    if (change.to === 'impaired') this.fault(change.reason, `impaired: ${change.reason}`);
    else if (ends) this.fault(this.lossKind, `lost: ${change.reason}`);
  }

  /** Call it for any sign of life. */
  checked(): void {
    this.checkedAtMs = this.clock.nowMs();
  }

  /** Call it when a pushed bar is served; `time` is its open, server seconds. */
  applied(time: number): void {
    if (this.newestBar === undefined || time > this.newestBar) this.newestBar = time;
  }

  /** Call it when a request was answered. */
  answered(durationMs: number): void {
    this.durations.add(durationMs);
  }

  probed(result: ProbeResult): void {
    this.probe = result;
    this.checkedAtMs = result.atMs;
    if (result.error !== undefined) this.fault('probe-failed', `probe failed: ${result.error}`);
  }

  fault(code: string, message: string): void {
    this.faultRing.add({ atMs: this.clock.nowMs(), code, message: printable(message, MESSAGE_LENGTH) });
  }
}

/** The connection's word (`silent: no bytes for 15000 ms`), or `dropped` when the gateway ended it with a sentence. */
function lossKindOf(reason: string): string {
  const word = reason.split(':', 1)[0] ?? '';
  return /^[a-z-]+$/.test(word) ? word : 'dropped';
}

import { type Clock, printable } from '../kernel/index.js';
import { Ring } from './ring.js';
import type { TerminalChange } from './terminal.state.js';

/** Something that went wrong with a terminal. */
export interface TerminalFault {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly message: string;
}

/** Outcome of one probe. */
export interface ProbeResult {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly ok: boolean;
  readonly durationMs: number;
  /** Why it failed; undefined when it did not. */
  readonly error: string | undefined;
}

const FAULTS_KEPT = 20;
const MESSAGE_LENGTH = 300;

/** What is remembered of a terminal across its sessions: how long it was ready, how often it came back, what failed. */
export class TerminalRecord {
  private readonly faultRing = new Ring<TerminalFault>(FAULTS_KEPT);
  private readonly startedMs: number;
  private readyMs = 0;
  private readySinceMs: number | undefined;
  private sessions = 0;
  private lossKind = 'superseded';
  private checkedAtMs: number | undefined;
  private probe: ProbeResult | undefined;

  constructor(private readonly clock: Clock) {
    this.startedMs = clock.monotonicMs();
  }

  /** Sessions after the first. */
  get reconnects(): number {
    return Math.max(0, this.sessions - 1);
  }

  /** In one word why the session before the current one ended: `lost` reasons up to the first colon, or superseded. */
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

  /** Share of the gateway's life in which the terminal was ready, percent with two decimals. */
  get uptimePercent(): number {
    const nowMs = this.clock.monotonicMs();
    const totalMs = nowMs - this.startedMs;
    const readyMs = this.readyMs + (this.readySinceMs === undefined ? 0 : nowMs - this.readySinceMs);
    return totalMs <= 0 ? 0 : Math.round((readyMs / totalMs) * 10_000) / 100;
  }

  changed(change: TerminalChange): void {
    const nowMs = this.clock.monotonicMs();
    if (this.readySinceMs !== undefined) this.readyMs += nowMs - this.readySinceMs;
    this.readySinceMs = change.to === 'ready' ? nowMs : undefined;
    this.checkedAtMs = change.atMs;
    if (change.to === 'handshaking') this.sessions++;
    if (change.to === 'lost') this.lossKind = lossKindOf(change.reason);
    else if (change.to === 'ready') this.lossKind = 'superseded';
    if (change.to === 'lost' || change.to === 'impaired') this.fault(`${change.to}: ${change.reason}`);
  }

  /** A sign of life came. */
  checked(): void {
    this.checkedAtMs = this.clock.nowMs();
  }

  probed(result: ProbeResult): void {
    this.probe = result;
    this.checkedAtMs = result.atMs;
    if (result.error !== undefined) this.fault(`probe failed: ${result.error}`);
  }

  fault(message: string): void {
    this.faultRing.add({ atMs: this.clock.nowMs(), message: printable(message, MESSAGE_LENGTH) });
  }
}

/** The connection's own word (`silent: no bytes for 15000 ms`), or `dropped` where the gateway ended it with a sentence. */
function lossKindOf(reason: string): string {
  const word = reason.split(':', 1)[0] ?? '';
  return /^[a-z-]+$/.test(word) ? word : 'dropped';
}

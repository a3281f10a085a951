import { type Clock, delay, type Timer } from '../../kernel/index.js';
import type { Database } from '../database/database.js';
import { StoreUnavailableError } from '../database/persistence.errors.js';
import { type ChainReport, verifyAuditChain } from './verify-audit-chain.js';

/** What a finished run found. */
export interface FinishedVerification extends ChainReport {
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** Where verification stands in this process. */
export interface VerifierState {
  /** The run that is under way. */
  readonly running: { readonly startedAt: Date; readonly verified: number } | undefined;
  /** The last run that came to its end. */
  readonly last: FinishedVerification | undefined;
  /** Why the last try came to no end; undefined when it did. */
  readonly failure: string | undefined;
}

/** What an {@link AuditVerifier} works with. */
export interface AuditVerifierParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Told when the chain does not hold. */
  readonly error: (message: string) => void;
}

/** After each slice of 5,000 rows, so that neither the database nor this process is busy with it alone. */
const PAUSE_MS = 50;
const FIRST_AFTER_MS = 3_600_000;
const EVERY_MS = 24 * 3_600_000;

/** The process is stopping. */
class VerificationStopped extends Error {}

/** Verifies the whole chain in slices, one run at a time: an hour after the start, once a day, and when asked. */
export class AuditVerifier {
  private running: { startedAt: Date; verified: number } | undefined;
  private run: Promise<void> | undefined;
  private last: FinishedVerification | undefined;
  private failure: string | undefined;
  private timers: readonly Timer[] = [];
  private stopped = false;
  /** Ends the pause that a run is in. */
  private wake: () => void = () => undefined;

  constructor(private readonly parts: AuditVerifierParts) {}

  /** Begins the daily rounds. */
  start(): void {
    const { clock } = this.parts;
    this.timers = [clock.after(FIRST_AFTER_MS, () => this.verify()), clock.every(EVERY_MS, () => this.verify())];
  }

  /** Begins a run unless one is under way. */
  verify(): void {
    if (this.stopped || this.run !== undefined) return;
    this.running = { startedAt: this.now(), verified: 0 };
    this.run = this.verifyOnce(this.running).finally(() => {
      this.running = undefined;
      this.run = undefined;
    });
  }

  state(): VerifierState {
    const running = this.running === undefined ? undefined : Object.freeze({ ...this.running });
    return Object.freeze({ running, last: this.last, failure: this.failure });
  }

  /** Ends after the slice that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.wake();
    await this.run;
  }

  private async verifyOnce(running: { startedAt: Date; verified: number }): Promise<void> {
    try {
      const report = await verifyAuditChain(this.parts.database, {
        onProgress: (verified) => {
          running.verified = verified;
        },
        betweenSlices: () => this.pause(),
      });
      this.last = { ...report, startedAt: running.startedAt, finishedAt: this.now() };
      this.failure = undefined;
      if (report.fault !== undefined) {
        this.parts.error(`The audit trail was tampered with: ${report.fault.message}`);
      }
    } catch (error) {
      if (error instanceof VerificationStopped) return;
      this.failure = error instanceof Error ? error.message : String(error);
      if (!(error instanceof StoreUnavailableError)) this.parts.error(`Verification failed: ${this.failure}`);
    }
  }

  private async pause(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    if (!this.stopped) await Promise.race([delay(this.parts.clock, PAUSE_MS), woken]);
    if (this.stopped) throw new VerificationStopped();
  }

  private now(): Date {
    return new Date(this.parts.clock.nowMs());
  }
}

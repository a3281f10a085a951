import { type Clock, delay, type Timer } from '../../kernel/index.js';
import type { Database } from '../database/database.js';
import { StoreUnavailableError } from '../database/persistence.errors.js';
import { type ChainReport, verifyAuditChain } from './verify-audit-chain.js';

/** Result of a finished run. */
export interface FinishedVerification extends ChainReport {
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** State of verification in this process. */
export interface VerifierState {
  /** Undefined while no run is under way. */
  readonly running: { readonly startedAt: Date; readonly verified: number } | undefined;
  /** The last run that finished. */
  readonly last: FinishedVerification | undefined;
  /** Why the last run did not finish; undefined when it did. */
  readonly failure: string | undefined;
}

export interface AuditVerifierDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Called when the chain is broken. */
  readonly error: (message: string) => void;
}

/** Follows each slice of 5,000 rows, so that the run never keeps database or process busy alone. */
const PAUSE_MS = 50;
const FIRST_AFTER_MS = 3_600_000;
const EVERY_MS = 24 * 3_600_000;

/** Ends a run when the process stops. */
class VerificationStopped extends Error {}

/** Verifies the whole chain in slices, one run at a time: an hour after the start, once a day, and on demand. */
export class AuditVerifier {
  private running: { startedAt: Date; verified: number } | undefined;
  private run: Promise<void> | undefined;
  private last: FinishedVerification | undefined;
  private failure: string | undefined;
  private timers: readonly Timer[] = [];
  private stopped = false;
  /** Ends the pause of the current run. */
  private wake: () => void = () => undefined;

  constructor(private readonly deps: AuditVerifierDeps) {}

  /** Starts the daily runs. */
  start(): void {
    const { clock } = this.deps;
    this.timers = [clock.after(FIRST_AFTER_MS, () => this.verify()), clock.every(EVERY_MS, () => this.verify())];
  }

  /** Starts a run unless one is under way. */
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

  /** Resolves after the current slice. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.wake();
    await this.run;
  }

  private async verifyOnce(running: { startedAt: Date; verified: number }): Promise<void> {
    try {
      const report = await verifyAuditChain(this.deps.database, {
        onProgress: (verified) => {
          running.verified = verified;
        },
        betweenSlices: () => this.pause(),
      });
      this.last = { ...report, startedAt: running.startedAt, finishedAt: this.now() };
      this.failure = undefined;
      if (report.fault !== undefined) {
        this.deps.error(`The audit trail was tampered with: ${report.fault.message}`);
      }
    } catch (error) {
      if (error instanceof VerificationStopped) return;
      this.failure = error instanceof Error ? error.message : String(error);
      if (!(error instanceof StoreUnavailableError)) this.deps.error(`Verification failed: ${this.failure}`);
    }
  }

  private async pause(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    if (!this.stopped) await Promise.race([delay(this.deps.clock, PAUSE_MS), woken]);
    if (this.stopped) throw new VerificationStopped();
  }

  private now(): Date {
    return new Date(this.deps.clock.nowMs());
  }
}

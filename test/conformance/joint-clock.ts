import { setTimeout as wait } from 'node:timers/promises';
import { ManualClock } from '../support/manual-clock.js';

/** Small against every time that is judged; what was written meanwhile arrives between two steps. */
const STEP_MS = 5;

/**
 * The one clock of a suite and the bridges that it looks at, all in this process. It goes on in small steps and only
 * while the process gets to run, so a machine that stands still makes nobody late.
 */
export class JointClock extends ManualClock {
  private isRunning = true;
  private readonly running = this.run();

  async stop(): Promise<void> {
    this.isRunning = false;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.isRunning) {
      // A timer of the host comes behind all sockets that have something.
      await wait(1);
      this.advance(STEP_MS);
    }
  }
}

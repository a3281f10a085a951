import type { Clock } from '../../src/kernel/index.js';

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const WIDTH = 30;
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows the progress of a run on one line of a terminal; draws nothing without a terminal. */
export class ProgressBar {
  private label = '';
  private total = 0;
  private startMs = 0;
  private drawnMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: Clock,
  ) {}

  begin(label: string, total: number): void {
    this.label = label;
    this.total = total;
    this.startMs = this.clock.monotonicMs();
    this.drawnMs = Number.NEGATIVE_INFINITY;
    this.look(0, 0);
  }

  look(done: number, failed: number): void {
    const nowMs = this.clock.monotonicMs();
    if (this.terminal.isTTY !== true || (nowMs - this.drawnMs < REDRAW_MS && done < this.total)) return;
    this.drawnMs = nowMs;
    const filled = Math.floor((WIDTH * done) / this.total);
    const bar = `${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}`;
    const line = `${this.label} [${bar}] ${done}/${this.total}, ${failed} failed, ${((nowMs - this.startMs) / 1000).toFixed(1)} s`;
    this.terminal.write(`${CLEAR_LINE}${line.slice(0, (this.terminal.columns ?? 80) - 1)}`);
  }

  /** Clears the line. */
  end(): void {
    if (this.terminal.isTTY === true && this.total > 0) this.terminal.write(CLEAR_LINE);
  }
}

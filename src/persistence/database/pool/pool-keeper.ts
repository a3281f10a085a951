import type { Clock, Timer } from '../../../kernel/index.js';
import type { MeteredPool } from './metered-pool.js';

const INTERVAL_MS = 5000;

/** Keeps the core of a pool open and reports connections that are never returned. */
export class PoolKeeper {
  private timer: Timer | undefined;
  private opening: Promise<void> | undefined;

  constructor(
    private readonly pool: Pick<MeteredPool, 'openCore' | 'reportLeaks'>,
    private readonly clock: Clock,
    private readonly leakAfterMs: number,
  ) {}

  /** Resolves when the core is open, as far as the server allows. */
  async start(): Promise<void> {
    this.timer = this.clock.every(INTERVAL_MS, () => this.look());
    await this.openCore();
  }

  /** Resolves when no connection is being opened. */
  async stop(): Promise<void> {
    this.timer?.cancel();
    await this.opening;
  }

  private look(): void {
    this.pool.reportLeaks(this.leakAfterMs);
    void this.openCore();
  }

  private openCore(): Promise<void> {
    this.opening ??= this.pool.openCore().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }
}

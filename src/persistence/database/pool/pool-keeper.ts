import type { Clock, Timer } from '../../../kernel/index.js';
import type { MeteredPool } from './metered-pool.js';

const INTERVAL_MS = 5000;

/** Keeps the core of a pool open, and looks for connections that were taken and never given back. */
export class PoolKeeper {
  private timer: Timer | undefined;
  private filling: Promise<void> | undefined;

  constructor(
    private readonly pool: Pick<MeteredPool, 'fillCore' | 'reportLeaks'>,
    private readonly clock: Clock,
    private readonly leakAfterMs: number,
  ) {}

  /** Resolves when the core is open, or as much of it as the server allows. */
  async start(): Promise<void> {
    this.timer = this.clock.every(INTERVAL_MS, () => this.look());
    await this.fill();
  }

  /** Resolves when nothing is being opened any more. */
  async stop(): Promise<void> {
    this.timer?.cancel();
    await this.filling;
  }

  private look(): void {
    this.pool.reportLeaks(this.leakAfterMs);
    void this.fill();
  }

  private fill(): Promise<void> {
    this.filling ??= this.pool.fillCore().finally(() => {
      this.filling = undefined;
    });
    return this.filling;
  }
}

import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock, type Timer } from '../kernel/index.js';

/**
 * Runs periodic work at the pace of the injected clock and lists it in Nest's scheduler registry until the application
 * stops.
 */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Scheduler');
  private readonly timers: Timer[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly registry: SchedulerRegistry,
  ) {}

  /** Runs `work` every `periodMs`. A run that fails is logged and does not end the job. */
  every(name: string, periodMs: number, work: () => Promise<void>): void {
    const timer = this.clock.every(periodMs, () => {
      work().catch((error: unknown) => this.logger.error(error));
    });
    this.timers.push(timer);
    this.registry.addInterval(name, timer);
  }

  /** Removes the jobs itself, because the registry can only clear timers of Node. */
  beforeApplicationShutdown(): void {
    for (const timer of this.timers) timer.cancel();
  }
}

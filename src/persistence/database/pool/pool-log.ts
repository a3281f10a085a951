import { Logger } from '@nestjs/common';
import { asSeconds, printable } from '../../../kernel/index.js';
import type { PoolEvent } from './pool-event.js';

/** Nest's logger, or a recorder in tests. */
export type PoolLogger = Pick<Logger, 'log' | 'warn'>;

/** Logs leaks and the begin and end of an outage; with `echo` every event. Subscribe it to the pool's events. */
export class PoolLog {
  private failing = false;

  constructor(
    private readonly pool: string,
    private readonly echo: boolean,
    private readonly logger: PoolLogger = new Logger('Pool'),
  ) {}

  readonly write = (event: PoolEvent): void => {
    if (event.type === 'leak') {
      const lines = [`pool ${this.pool}: a connection is held for ${asSeconds(event.heldMs)}; it was taken`];
      this.logger.warn([...lines, ...event.place.frames].join('\n    '));
      return;
    }
    if (event.type === 'failure' && !this.failing) {
      this.failing = true;
      this.logger.warn(`pool ${this.pool}: no connection can be opened: ${printable(event.error.message, 200)}`);
      return;
    }
    if (event.type === 'connect' && this.failing) {
      this.failing = false;
      this.logger.log(`pool ${this.pool}: connections can be opened again`);
    }
    if (this.echo) this.logger.log(`pool ${this.pool}: ${event.type}${detail(event)}`);
  };
}

function detail(event: PoolEvent): string {
  if (event.type === 'checkout' || event.type === 'timeout') return ` after ${asSeconds(event.waitMs)}`;
  if (event.type === 'checkin') return ` after ${asSeconds(event.heldMs)}`;
  return event.type === 'failure' ? `: ${printable(event.error.message, 200)}` : '';
}

import { Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { TcpTerminalPool } from './pool/tcp-terminal-pool.js';

/** Terminus indicator: up while at least one terminal is usable and the gateway is not about to stop. */
@Injectable()
export class TerminalsHealthIndicator {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool,
  ) {}

  check(key = 'terminals'): HealthIndicatorResult {
    const { total, connected, draining } = this.pool.stats();
    const indicator = this.indicators.check(key);
    if (draining) return indicator.down({ message: 'the gateway is shutting down', total, connected });
    if (connected === 0) return indicator.down({ message: 'no terminal is connected', total, connected });
    return connected < total ? indicator.degraded({ total, connected }) : indicator.up({ total, connected });
  }
}

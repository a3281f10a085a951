import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { type ConnectionCap, OVER_CAP_OUTCOMES } from '../../http/index.js';
import { ScrapedFamilies } from '../../metrics/index.js';

export type CappedPort = 'api' | 'metrics';

/** Open connections, cap and closings at the cap of each HTTP port. */
@Injectable()
export class ConnectionMetrics {
  private readonly caps = new Map<CappedPort, ConnectionCap>();
  private readonly overCap: Counter<'port' | 'outcome'>;

  constructor(registry: Registry) {
    const families = new ScrapedFamilies(registry);
    families.gauge(
      'mt5gw_http_connections',
      'Open HTTP connections.',
      () => [...this.caps].map(([port, { size }]) => [port, size] as const),
      'port',
    );
    families.gauge(
      'mt5gw_http_connections_max',
      'Most HTTP connections that may be open; absent where there is no cap.',
      () => [...this.caps].flatMap(([port, { max }]) => (max === undefined ? [] : [[port, max] as const])),
      'port',
    );
    this.overCap = new Counter({
      name: 'mt5gw_http_connections_over_cap_total',
      help: 'Connections that were closed at the cap: evicted = an unused one for a newer one, refused = the newer one.',
      labelNames: ['port', 'outcome'],
      registers: [registry],
    });
  }

  /** Counts the events of a port's cap. */
  watch(cap: ConnectionCap, port: CappedPort): void {
    this.caps.set(port, cap);
    for (const outcome of OVER_CAP_OUTCOMES) this.overCap.inc({ port, outcome }, 0);
    cap.onOverCap((outcome) => this.overCap.inc({ port, outcome }));
  }
}

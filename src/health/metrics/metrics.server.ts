import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { METRICS_MAX_CONNECTIONS, ServerSettings } from '../../config/index.js';
import { ConnectionCap, ListenError, logOverCap, securityHeaders } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { ConnectionMetrics } from './connection.metrics.js';

/** Time for a scrape to finish at shutdown, milliseconds. */
const CLOSE_GRACE_MS = 1000;

/** Serves the metrics on METRICS_PORT when it is set, so that the main port can be public. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly settings: ServerSettings,
    private readonly connections: ConnectionMetrics,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { metricsPort: port, host } = this.settings;
    if (port === undefined) return;
    const server = createServer((request, response) => void this.answer(request.url ?? '', response));
    this.cap(server);
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new ListenError({ host, port, setting: 'METRICS_PORT' }, error);
    }
    this.server = server;
  }

  async onApplicationShutdown(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    const closed = once(server, 'close');
    // Closes idle connections too; a scrape that is under way gets its answer.
    server.close();
    const deadline = this.clock.after(CLOSE_GRACE_MS, () => server.closeAllConnections());
    await closed;
    deadline.cancel();
  }

  private cap(server: Server): void {
    const cap = new ConnectionCap(server, {
      max: METRICS_MAX_CONNECTIONS,
      refuse: (socket) => socket.destroy(),
    });
    this.connections.watch(cap, 'metrics');
    logOverCap(cap, 'METRICS_PORT', this.clock);
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders('/metrics'))) response.setHeader(name, value);
    if (url.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await this.registry.metrics();
    response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text);
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram, Registry } from 'prom-client';
import { ConnectionMetrics } from './connection.metrics.js';
import { CLIENT_GONE_STATUS, type GatewayHttpAdapter, onClientGone } from '../../http/index.js';
import { ScrapedFamilies } from '../../metrics/index.js';

/** From a cached answer to the longest deadline, seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Label of all unknown paths, so that scanners cannot fill the memory. */
const UNKNOWN_ROUTE = '(unknown)';
/** Label of all methods without a route. */
const OTHER_METHOD = '(other)';
const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Duration of every HTTP answer by method, route template and status; connections without a request. */
@Injectable()
export class HttpMetrics implements OnModuleInit {
  private readonly duration: Histogram<'method' | 'route' | 'status'>;
  private readonly unreadable: Counter<'reason'>;
  private readonly slowReaders: Counter;

  constructor(
    private readonly host: HttpAdapterHost<GatewayHttpAdapter>,
    private readonly registry: Registry,
    private readonly connections: ConnectionMetrics,
  ) {
    this.duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request line to the last byte of the answer, seconds. Status 499: the client left before.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    });
    this.slowReaders = new Counter({
      name: 'mt5gw_http_slow_readers_total',
      help: 'Connections that were closed because their client did not take its answer in time.',
      registers: [registry],
    });
    this.unreadable = new Counter({
      name: 'mt5gw_http_unreadable_total',
      help: 'Connections that brought no request that could be routed, by reason.',
      labelNames: ['reason'],
      registers: [registry],
    });
  }

  onModuleInit(): void {
    const { httpAdapter } = this.host;
    httpAdapter.onUnreadable((reason) => this.unreadable.inc({ reason }));
    httpAdapter.onSlowReader(() => this.slowReaders.inc());
    this.connections.watch(httpAdapter.connections, 'api');
    // The server exists only from now on.
    this.watchRendering();
    const server = httpAdapter.getInstance();
    server.addHook('onRequest', (request, reply, done) => {
      onClientGone(reply, () => this.measure(request, reply, CLIENT_GONE_STATUS));
      done();
    });
    server.addHook('onResponse', (request, reply, done) => {
      if (reply.raw.writableFinished) this.measure(request, reply, reply.statusCode);
      done();
    });
  }

  private watchRendering(): void {
    const rendering = () => this.host.httpAdapter.rendering;
    const families = new ScrapedFamilies(this.registry);
    families.gauge(
      'mt5gw_http_unsent_bytes',
      'Bytes of rendered answers that are not sent completely: of all accounts, and of the account with the most.',
      () => Object.entries({ all: rendering().heldBytes, largest: rendering().largestHeldBytes }),
      'of',
    );
    families.gauge(
      'mt5gw_http_rendering_waiting',
      'Answers that wait for their turn to be rendered, or for their account to read.',
      () => rendering().waiting,
    );
    families.counter(
      'mt5gw_http_render_turns_total',
      'Turns of the event loop that rendered answers.',
      () => rendering().turns,
    );
    families.counter(
      'mt5gw_http_rendering_refused_total',
      'Answers that were refused with 503 because too many wait to be rendered or read.',
      () => rendering().refused,
    );
  }

  private measure(request: FastifyRequest, reply: FastifyReply, status: number): void {
    const route = request.is404 ? UNKNOWN_ROUTE : (request.routeOptions.url ?? UNKNOWN_ROUTE);
    const method = KNOWN_METHODS.has(request.method) ? request.method : OTHER_METHOD;
    this.duration.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
  }
}

import type { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { ConnectionSettings, ServerSettings } from '../../config/index.js';
import {
  type Clock,
  Emitter,
  ErrorExample,
  GatewayError,
  type Random,
  type Subscribe,
  type Timer,
} from '../../kernel/index.js';
import { answerClientError, answerConnect, type UnreadableReason } from '../connections/client-error.js';
import { capConnections } from '../connections/cap-connections.js';
import type { ConnectionCap } from '../connections/connection-cap.js';
import { CorsPolicy } from './cors.js';
import { frameworkProblem } from '../problems/framework.problems.js';
import { readJsonBodies } from '../intake/json-body.js';
import { limitOpenRequests } from '../intake/pipeline-gate.js';
import { headFault } from '../intake/request-head.js';
import { closeSlowReaders } from '../intake/slow-readers.js';
import { OpenRequests } from '../intake/open-requests.js';
import { describeError } from '../problems/problem.document.js';
import { pathOf, sendProblem } from '../problems/problem.sender.js';
import { installRenderQueue } from '../rendering/answer-renderer.js';
import { RenderQueue } from '../rendering/render-queue.js';
import { REQUEST_ID_HEADER, requestIdOf } from '../problems/request-id.js';
import { RouteTable } from './route-table.js';
import { routedPathOf } from './routed-path.js';
import { securityHeaders } from '../answers/security-headers.js';

/** Largest request body, bytes. */
const BODY_LIMIT_BYTES = 100_000;
/** A request must have arrived completely within this time (slow loris), milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Its headers within this time, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
/** A connection on which nothing moves is closed, milliseconds; longer than any answer takes. */
const IDLE_SOCKET_MS = 60_000;
/** An unused keep-alive connection is closed, milliseconds. Longer than the 60 s that proxies keep theirs. */
const KEEP_ALIVE_MS = 65_000;
/** Requests of one connection that are worked on; what is pipelined behind them waits. */
const MAX_OPEN_PER_CONNECTION = 2;
/** A client that has not taken its whole answer after this time is cut off, milliseconds. */
const ANSWER_TIMEOUT_MS = 60_000;
const MB = 1024 * 1024;
/** How rendering shares the event loop and the memory; a turn is as long as a small answer takes to send. */
const RENDER_LIMITS = {
  ...{ turnMs: 2, sliceMs: 0.5, turnBytes: MB / 4, maxWaiting: 2000 },
  ...{ accountBytes: 32 * MB, totalBytes: 256 * MB, reserveBytes: 64 * MB },
};
/** A path parameter is as long as the URL may be, so that a long symbol is an unknown symbol like any other. */
const MAX_PARAMETER_LENGTH = 16_384;

/** The gateway is stopping (503 `shutting-down`). */
@ErrorExample('shutting-down', () => new ShuttingDownError())
export class ShuttingDownError extends GatewayError {
  override readonly code = 'shutting-down';

  constructor() {
    super('the gateway is shutting down; ask again soon');
  }
}

/** The settings that the adapter needs. */
export type HttpAdapterSettings = Pick<ServerSettings, 'trustedProxies' | 'shutdownGraceMs' | 'corsOrigins'>;

function fastifyOptions(
  settings: HttpAdapterSettings,
  random: Random,
  unreadable: Emitter<UnreadableReason>,
  isDraining: () => boolean,
): FastifyHttpOptions<Server> {
  return {
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: settings.trustedProxies > 0 ? (_address, hop) => hop < settings.trustedProxies : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_SOCKET_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would refuse a request without Host without a reason; request-head.ts refuses it with one.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 5_000, requireHostHeader: false },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request, random),
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: (error, request, reply) => {
      // No hook runs for these.
      void reply.headers(securityHeaders(pathOf(request.url)));
      if (isDraining()) void reply.header('connection', 'close');
      sendProblem(request, reply, frameworkProblem(error) ?? describeError(error));
    },
    clientErrorHandler: (error, socket) => unreadable.emit(answerClientError(error, socket, random)),
  };
}

/** The HTTP server: Fastify with our limits, request ids on every answer, and a table of the routes it has. */
export class GatewayHttpAdapter extends FastifyAdapter {
  readonly routes = new RouteTable();
  /** A connection brought no request that could be routed. */
  readonly onUnreadable: Subscribe<UnreadableReason>;
  /** A client was disconnected because it did not read its answer. */
  readonly onSlowReader: Subscribe<void>;
  /** The connections of the port, and how many there may be. */
  readonly connections: ConnectionCap;
  /** Renders the long answers of all accounts by turns. */
  readonly rendering: RenderQueue;
  /** Every answer asks its client to close the connection. */
  private draining = false;
  private closing = false;

  constructor(
    settings: HttpAdapterSettings,
    { maxHttp }: Pick<ConnectionSettings, 'maxHttp'>,
    random: Random,
    clock: Clock,
  ) {
    const unreadable = new Emitter<UnreadableReason>();
    super(fastifyOptions(settings, random, unreadable, () => this.draining || this.closing));
    this.onUnreadable = unreadable.subscribe;
    const slowReaders = new Emitter<void>();
    this.onSlowReader = slowReaders.subscribe;
    this.rendering = new RenderQueue(RENDER_LIMITS, clock);
    const server = this.getInstance();
    const cors = new CorsPolicy(settings.corsOrigins);
    let deadline: Timer | undefined;
    server.addHook('preClose', (done) => {
      this.closing = true;
      // A client that does not read its answer must not keep the process alive.
      deadline = clock.after(settings.shutdownGraceMs, () => this.getHttpServer().closeAllConnections());
      done();
    });
    server.addHook('onClose', (_instance, done) => {
      deadline?.cancel();
      done();
    });
    server.addHook('onRoute', ({ url, method }) => {
      this.routes.add(url, Array.isArray(method) ? method : [method]);
    });
    server.addHook('onRequest', (request, reply, done) => {
      const { method, headers } = request;
      const path = pathOf(request.url);
      const { headers: corsHeaders, preflight } = cors.answer({ method, path, headers });
      void reply.headers({ ...securityHeaders(path), ...corsHeaders, [REQUEST_ID_HEADER]: request.id });
      // Only market data may be cached, and it says so itself.
      if (routedPathOf(request).startsWith('/api/')) void reply.header('cache-control', 'no-store');
      if (this.closing) void reply.header('connection', 'close');
      const fault = headFault(request.raw);
      if (fault !== undefined) return done(fault);
      if (preflight) return void reply.code(204).send();
      return this.closing ? done(new ShuttingDownError()) : done();
    });
    const open = new OpenRequests(server.server);
    this.connections = capConnections(server, { max: maxHttp, open, clock, random });
    // Also the answer of a request that was taken before; but not while others of its connection wait for theirs.
    server.addHook('onSend', (request, reply, _payload, done) => {
      if (this.draining && open.on(request.socket) <= 1) void reply.header('connection', 'close');
      done();
    });
    // Ignore Expect: Node would answer 417 itself.
    server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
    // Node would close the connection without a word.
    server.server.on('connect', (_request, socket) => {
      answerConnect(socket, random);
      unreadable.emit('connect');
    });
    readJsonBodies(server);
    limitOpenRequests(server.server, MAX_OPEN_PER_CONNECTION);
    closeSlowReaders(server, { clock, limitMs: ANSWER_TIMEOUT_MS, closed: slowReaders });
    installRenderQueue(server, this.rendering);
  }

  /** Requests are served as before, but no connection outlives its next answer. */
  beginDrain(): void {
    this.draining = true;
  }

  /** Bodies are JSON or refused: Fastify's own parser is enough, and Nest's form parser must not be added. */
  override registerParserMiddleware(): void {}
}

/** The adapter to create the Nest application with. */
export function createHttpAdapter(
  settings: HttpAdapterSettings,
  connections: Pick<ConnectionSettings, 'maxHttp'>,
  { random, clock }: { readonly random: Random; readonly clock: Clock },
): GatewayHttpAdapter {
  return new GatewayHttpAdapter(settings, connections, random, clock);
}

import type { IncomingMessage, Server } from 'node:http';
import { Emitter } from '../../kernel/index.js';
import { OpenRequests } from '../intake/open-requests.js';
import { ConnectionPlaces } from './connection-places.js';

/** The connection of a client. */
type Socket = IncomingMessage['socket'];

/** What was done because a port has no place left: an unused connection was closed, or the new one. */
export const OVER_CAP_OUTCOMES = ['evicted', 'refused'] as const;
export type OverCapOutcome = (typeof OVER_CAP_OUTCOMES)[number];

/** How a port is capped. */
export interface ConnectionCapOptions {
  /** Most connections; undefined = any number. */
  readonly max: number | undefined;
  /** Ends a connection for which there is no place. */
  readonly refuse: (socket: Socket) => void;
}

/**
 * Caps the connections of an HTTP server below the limit of open files: libuv closes what it cannot accept without a
 * word, and the database and the terminals would get no descriptor either.
 */
export class ConnectionCap {
  private readonly places: ConnectionPlaces<Socket>;
  private readonly overCap = new Emitter<OverCapOutcome>();
  /** A connection was closed because all places are taken. */
  readonly onOverCap = this.overCap.subscribe;

  /** Give it the server's open requests where they are counted already. */
  constructor(
    server: Server,
    private readonly options: ConnectionCapOptions,
    open = new OpenRequests(server),
  ) {
    this.places = new ConnectionPlaces(options.max ?? Number.POSITIVE_INFINITY);
    open.onChange(({ socket, open: count }) => {
      if (count === 0) this.places.release(socket);
      else this.places.use(socket);
    });
    // Node's own listener parses what comes; a connection without a place must not get that far.
    const accept = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      if (this.admit(socket)) for (const listener of accept) listener.call(server, socket);
    });
  }

  /** Undefined = no cap. */
  get max(): number | undefined {
    return this.options.max;
  }

  /** Connections that are open. */
  get size(): number {
    return this.places.size;
  }

  private admit(socket: Socket): boolean {
    const admission = this.places.open(socket);
    if (!admission.admitted) {
      this.options.refuse(socket);
      this.overCap.emit('refused');
      return false;
    }
    socket.once('close', () => this.places.delete(socket));
    if (admission.evicted !== undefined) {
      admission.evicted.destroy();
      this.overCap.emit('evicted');
    }
    return true;
  }
}

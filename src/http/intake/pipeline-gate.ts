import type { IncomingMessage, Server, ServerResponse } from 'node:http';
/** The connection of a request. */
type Socket = IncomingMessage['socket'];

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Connection {
  open: number;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/**
 * Hands at most `maxOpen` requests of one connection to the handler at a time. Node parses and starts
 * everything that a client has pipelined. Here the rest waits: parsed requests in a list, the others in the client's own
 * buffers, because the socket is not read until the list is empty.
 */
export function limitOpenRequests(server: Server, maxOpen: number): void {
  const handlers = server.listeners('request') as Handler[];
  server.removeAllListeners('request');
  const connections = new WeakMap<Socket, Connection>();
  const handle: Handler = (request, response) => {
    for (const handler of handlers) handler(request, response);
  };
  const start = (socket: Socket, connection: Connection, [request, response]: Connection['waiting'][number]) => {
    connection.open++;
    response.once('close', () => {
      connection.open--;
      next(socket, connection);
    });
    handle(request, response);
  };
  const next = (socket: Socket, connection: Connection) => {
    // No one would read the answers.
    if (socket.destroyed) connection.waiting.length = 0;
    const first = connection.waiting.shift();
    if (first !== undefined) start(socket, connection, first);
    if (connection.waiting.length === 0 && socket.isPaused()) socket.resume();
  };
  server.on('request', (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket) ?? { open: 0, waiting: [] };
    connections.set(socket, connection);
    if (connection.open < maxOpen) return start(socket, connection, [request, response]);
    connection.waiting.push([request, response]);
    socket.pause();
  });
}

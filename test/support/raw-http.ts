import { connect } from 'node:net';

/** Sends bytes as they are, for requests that no HTTP client would make, and gives everything that comes back. */
export function rawHttp(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('close', () => resolve(Buffer.concat(parts).toString()));
    // A refused upload may end in a reset after the answer was received.
    socket.on('error', (error) => (parts.length === 0 ? reject(error) : undefined));
  });
}

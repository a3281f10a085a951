/** What happens to a new connection. */
export type Admission<C> =
  /** It has a place; `evicted` is the unused connection that lost its place to it. */
  | { readonly admitted: true; readonly evicted: C | undefined }
  /** Every connection has an open request. */
  | { readonly admitted: false };

/**
 * The places of connections on a port, at most `max`. Where all are taken, a new connection gets the place of an unused
 * one, never that of one with an open request. Of connections that never asked and of those that are kept alive after
 * an answer, the kind loses one of which there are more, the longest unused first: a flood of silent connections costs
 * silent connections.
 */
export class ConnectionPlaces<C> {
  private readonly busy = new Set<C>();
  /** Without any request so far, oldest first. */
  private readonly silent = new Set<C>();
  /** Answered and kept alive, the longest unused first. */
  private readonly kept = new Set<C>();

  constructor(readonly max: number) {}

  get size(): number {
    return this.busy.size + this.silent.size + this.kept.size;
  }

  get busySize(): number {
    return this.busy.size;
  }

  /** Whether a connection has a place. */
  has(connection: C): boolean {
    return this.busy.has(connection) || this.silent.has(connection) || this.kept.has(connection);
  }

  /** A connection was opened. */
  open(connection: C): Admission<C> {
    const evicted = this.size < this.max ? undefined : this.leastUsed();
    if (this.size >= this.max && evicted === undefined) return { admitted: false };
    if (evicted !== undefined) this.delete(evicted);
    this.silent.add(connection);
    return { admitted: true, evicted };
  }

  /** The connection brought a request. Nothing happens to one without a place. */
  use(connection: C): void {
    if (this.silent.delete(connection) || this.kept.delete(connection)) this.busy.add(connection);
  }

  /** All its requests are answered. */
  release(connection: C): void {
    if (this.busy.delete(connection)) this.kept.add(connection);
  }

  /** The connection is closed. */
  delete(connection: C): void {
    this.busy.delete(connection);
    this.silent.delete(connection);
    this.kept.delete(connection);
  }

  private leastUsed(): C | undefined {
    const [oldest] = this.silent.size >= this.kept.size ? this.silent : this.kept;
    return oldest;
  }
}

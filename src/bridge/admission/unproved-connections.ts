import { addressBlock } from './address-block.js';

/**
 * How far a peer got without proving who it is.
 *
 * - **silent**: it has not sent one byte.
 * - **unfinished**: it has sent something, but no hello yet.
 * - **refused**: its reject is on the way; it gets nothing more.
 */
export const UNPROVED_PROGRESS = ['silent', 'unfinished', 'refused'] as const;
export type UnprovedProgress = (typeof UNPROVED_PROGRESS)[number];

/** A connection that has proved nothing yet. */
export interface UnprovedConnection {
  readonly remoteAddress: string;
  readonly progress: UnprovedProgress;
  /** Ends it immediately. */
  evict(): void;
}

/** How many connections may be open without a proof. Proved ones are not counted. */
export interface UnprovedLimits {
  /** From addresses at which no peer has proved itself so far. */
  readonly strangers: number;
  /** Additional ones from addresses at which a peer has proved itself: strangers elsewhere cannot take these. */
  readonly knownAddresses: number;
  /** As many of one address are never singled out: all terminals of a host may dial at the same moment. */
  readonly perAddress: number;
}

/** Tells of one connection that had to go. */
export type EvictionListener = (progress: UnprovedProgress) => void;

interface Pool<C> {
  readonly max: number;
  /** Oldest first. */
  readonly connections: Set<C>;
}

/** Addresses that are remembered for each place that is reserved for them. */
const REMEMBERED_PER_PLACE = 4;

/**
 * The places of connections that have proved nothing. A new connection always gets one: where all are taken, the
 * connection that deserves its place least loses it. So a flood of strangers shortens how long strangers may dawdle, and
 * never decides who gets in.
 */
export class UnprovedConnections<C extends UnprovedConnection> {
  private readonly strangers: Pool<C>;
  private readonly atKnownAddresses: Pool<C>;
  /** Blocks of addresses at which a peer proved itself, the longest unused first. */
  private readonly known = new Set<string>();

  constructor(
    private readonly limits: UnprovedLimits,
    private readonly onEvicted: EvictionListener,
  ) {
    this.strangers = { max: limits.strangers, connections: new Set() };
    this.atKnownAddresses = { max: limits.knownAddresses, connections: new Set() };
  }

  get size(): number {
    return this.strangers.connections.size + this.atKnownAddresses.connections.size;
  }

  /** Gives a connection a place, at the cost of another one if there is no free one. */
  add(connection: C): void {
    const isKnown = this.known.has(addressBlock(connection.remoteAddress));
    const { max, connections } = isKnown ? this.atKnownAddresses : this.strangers;
    while (connections.size >= max && connections.size > 0) this.evictOneOf(connections);
    connections.add(connection);
  }

  /** The connection proved itself: it needs no place any more, and its address is known from now on. */
  proved(connection: C): void {
    this.delete(connection);
    const block = addressBlock(connection.remoteAddress);
    this.known.delete(block);
    this.known.add(block);
    const [longestUnused] = this.known;
    const max = REMEMBERED_PER_PLACE * this.limits.knownAddresses;
    if (longestUnused !== undefined && this.known.size > max) this.known.delete(longestUnused);
  }

  /** The connection is closed. */
  delete(connection: C): void {
    this.strangers.connections.delete(connection);
    this.atKnownAddresses.connections.delete(connection);
  }

  private evictOneOf(connections: Set<C>): void {
    const victim = leastDeserving([...connections], this.limits.perAddress);
    if (victim === undefined) return;
    const { progress } = victim;
    connections.delete(victim);
    victim.evict();
    this.onEvicted(progress);
  }
}

/**
 * Of the connections, oldest first, the one to lose its place: a refused one; else one of the address that takes more
 * than its share; among these the oldest of the kind of which there are more. Whoever floods is thus the one who loses:
 * silent sockets cost silent sockets, half a handshake costs half a handshake.
 */
function leastDeserving<C extends UnprovedConnection>(connections: readonly C[], perAddress: number): C | undefined {
  const refused = connections.find(({ progress }) => progress === 'refused');
  if (refused !== undefined) return refused;
  const candidates = greediestAddress(connections, perAddress) ?? connections;
  const silent = candidates.filter(({ progress }) => progress === 'silent');
  const unfinished = candidates.filter(({ progress }) => progress === 'unfinished');
  return silent.length >= unfinished.length ? silent[0] : unfinished[0];
}

/** The connections of the address that has most of them, if these are more than its share. */
function greediestAddress<C extends UnprovedConnection>(
  connections: readonly C[],
  perAddress: number,
): readonly C[] | undefined {
  const byAddress = new Map<string, C[]>();
  for (const connection of connections) {
    const block = addressBlock(connection.remoteAddress);
    const ofOne = byAddress.get(block);
    if (ofOne === undefined) byAddress.set(block, [connection]);
    else ofOne.push(connection);
  }
  let greediest: readonly C[] = [];
  for (const ofOne of byAddress.values()) if (ofOne.length > greediest.length) greediest = ofOne;
  return greediest.length > perAddress ? greediest : undefined;
}

import { addressBlock } from './address-block.js';

/**
 * Progress of a peer that has not proved its identity.
 *
 * - **silent**: it has not sent one byte.
 * - **unfinished**: it has sent something, but no hello yet.
 * - **refused**: its reject is on the way and is the last frame that it gets.
 */
export const UNPROVED_PROGRESS = ['silent', 'unfinished', 'refused'] as const;
export type UnprovedProgress = (typeof UNPROVED_PROGRESS)[number];

/** A connection whose peer is not authenticated yet. */
export interface UnprovedConnection {
  readonly remoteAddress: string;
  readonly progress: UnprovedProgress;
  /** Ends it immediately. */
  evict(): void;
}

/** Upper bounds of open connections without a proof. Proved ones do not count. */
export interface UnprovedLimits {
  /** From addresses at which no peer has authenticated so far. */
  readonly strangers: number;
  /** In addition, from addresses at which a peer has authenticated: strangers elsewhere cannot take these. */
  readonly knownAddresses: number;
  /** Share of one address that is never evicted first: all terminals of a host may dial at the same moment. */
  readonly perAddress: number;
}

/** Called for each evicted connection. */
export type EvictionListener = (progress: UnprovedProgress) => void;

interface Pool<C> {
  readonly max: number;
  /** Oldest first. */
  readonly connections: Set<C>;
}

/** Remembered addresses for each place that is reserved for them. */
const REMEMBERED_PER_PLACE = 4;

/**
 * The places of unauthenticated connections. A new connection always gets one: when all are taken, the connection that
 * deserves its place least is evicted. So a flood of strangers shortens the time that strangers have, and never keeps
 * an authentic peer out.
 */
export class UnprovedConnections<C extends UnprovedConnection> {
  private readonly strangers: Pool<C>;
  private readonly atKnownAddresses: Pool<C>;
  /** Blocks of addresses at which a peer authenticated, the longest unused first. */
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

  /** Gives a connection a place; evicts another one when none is free. */
  add(connection: C): void {
    const isKnown = this.known.has(addressBlock(connection.remoteAddress));
    const { max, connections } = isKnown ? this.atKnownAddresses : this.strangers;
    while (connections.size >= max && connections.size > 0) this.evictOneOf(connections);
    connections.add(connection);
  }

  /** Frees the place of a connection that authenticated and remembers its address. */
  proved(connection: C): void {
    this.delete(connection);
    const block = addressBlock(connection.remoteAddress);
    this.known.delete(block);
    this.known.add(block);
    const [longestUnused] = this.known;
    const max = REMEMBERED_PER_PLACE * this.limits.knownAddresses;
    if (longestUnused !== undefined && this.known.size > max) this.known.delete(longestUnused);
  }

  /** Frees the place of a connection that closed. */
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
 * The connection to evict, of connections oldest first: a refused one; otherwise one of the address that takes more than
 * its share; among these the oldest of the more frequent kind. A flood thus evicts itself: silent sockets cost silent
 * sockets, half a handshake costs half a handshake.
 */
function leastDeserving<C extends UnprovedConnection>(connections: readonly C[], perAddress: number): C | undefined {
  const refused = connections.find(({ progress }) => progress === 'refused');
  if (refused !== undefined) return refused;
  const candidates = greediestAddress(connections, perAddress) ?? connections;
  const silent = candidates.filter(({ progress }) => progress === 'silent');
  const unfinished = candidates.filter(({ progress }) => progress === 'unfinished');
  return silent.length >= unfinished.length ? silent[0] : unfinished[0];
}

/** The connections of the address with the most of them, when they exceed its share. */
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

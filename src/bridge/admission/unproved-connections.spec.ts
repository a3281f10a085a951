import { describe, expect, it } from '@jest/globals';
import { UnprovedConnections, type UnprovedProgress } from './unproved-connections.js';

const LIMITS = { strangers: 4, knownAddresses: 2, perAddress: 2 };

/** A holder of a place that records when it loses it. */
function connection(name: string, remoteAddress: string, progress: UnprovedProgress) {
  const made = { name, remoteAddress, progress, isEvicted: false, evict: () => void (made.isEvicted = true) };
  return made;
}

function filled(...connections: ReturnType<typeof connection>[]) {
  const evictions: UnprovedProgress[] = [];
  const places = new UnprovedConnections<ReturnType<typeof connection>>(LIMITS, (progress) => evictions.push(progress));
  for (const each of connections) places.add(each);
  const evicted = (): string[] => connections.filter(({ isEvicted }) => isEvicted).map(({ name }) => name);
  return { places, evicted, evictions };
}

describe('the places of connections that have proved nothing', () => {
  it('go to a newcomer at the cost of a refused connection first', () => {
    const { places, evicted, evictions } = filled(
      connection('silent', 'a', 'silent'),
      connection('begun', 'b', 'unfinished'),
      connection('refused', 'c', 'refused'),
      connection('late', 'd', 'silent'),
    );
    places.add(connection('new', 'e', 'silent'));
    expect(evicted()).toEqual(['refused']);
    expect(evictions).toEqual(['refused']);
    expect(places.size).toBe(4);
  });

  it('are taken from the address that has more than its share, though others are older', () => {
    const { places, evicted } = filled(
      connection('old', 'a', 'silent'),
      connection('first', 'b', 'silent'),
      connection('second', 'b', 'silent'),
      connection('third', 'b', 'silent'),
    );
    places.add(connection('new', 'c', 'silent'));
    expect(evicted()).toEqual(['first']);
  });

  it('are taken from the kind of which there are more, the oldest of it', () => {
    const silentFlood = filled(
      connection('begun', 'a', 'unfinished'),
      connection('one', 'b', 'silent'),
      connection('two', 'c', 'silent'),
      connection('three', 'd', 'silent'),
    );
    silentFlood.places.add(connection('new', 'e', 'silent'));
    expect(silentFlood.evicted()).toEqual(['one']);
    const halfHandshakes = filled(
      connection('silent', 'a', 'silent'),
      connection('one', 'b', 'unfinished'),
      connection('two', 'c', 'unfinished'),
      connection('three', 'd', 'unfinished'),
    );
    halfHandshakes.places.add(connection('new', 'e', 'silent'));
    expect(halfHandshakes.evicted()).toEqual(['one']);
  });

  it('of an address at which a peer proved itself are out of reach of strangers elsewhere', () => {
    const { places } = filled();
    const proved = connection('proved', 'home', 'unfinished');
    places.add(proved);
    places.proved(proved);
    expect(places.size).toBe(0);
    const reserved = [connection('one', 'home', 'silent'), connection('two', 'home', 'silent')];
    for (const each of reserved) places.add(each);
    for (let count = 0; count < 20; count++) places.add(connection('stranger', `s${count}`, 'silent'));
    expect(reserved.map(({ isEvicted }) => isEvicted)).toEqual([false, false]);
    expect(places.size).toBe(LIMITS.strangers + LIMITS.knownAddresses);
    places.add(connection('three', 'home', 'silent'));
    expect(reserved.map(({ isEvicted }) => isEvicted)).toEqual([true, false]);
  });

  it('are free again after a connection closed', () => {
    const closing = connection('closing', 'a', 'silent');
    const { places, evicted } = filled(closing, ...['b', 'c', 'd'].map((name) => connection(name, name, 'silent')));
    places.delete(closing);
    places.add(connection('new', 'e', 'silent'));
    expect(evicted()).toEqual([]);
    expect(places.size).toBe(4);
  });

  it('are remembered for a bounded number of addresses, the longest unused is forgotten', () => {
    const { places, evictions } = filled();
    for (let count = 0; count < 9; count++) {
      const proved = connection(`p${count}`, `home${count}`, 'unfinished');
      places.add(proved);
      places.proved(proved);
    }
    for (let count = 0; count < 4; count++) places.add(connection(`s${count}`, `s${count}`, 'silent'));
    places.add(connection('remembered', 'home8', 'silent'));
    expect(evictions).toEqual([]);
    places.add(connection('forgotten', 'home0', 'silent'));
    expect(evictions).toEqual(['silent']);
  });
});

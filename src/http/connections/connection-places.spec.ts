import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { ConnectionPlaces } from './connection-places.js';

describe('ConnectionPlaces', () => {
  it('refuses a connection only while every other one has an open request', () => {
    const places = new ConnectionPlaces<string>(2);
    for (const name of ['a', 'b']) {
      expect(places.open(name)).toEqual({ admitted: true, evicted: undefined });
      places.use(name);
    }
    expect(places.open('c')).toEqual({ admitted: false });
    places.release('b');
    expect(places.open('c')).toEqual({ admitted: true, evicted: 'b' });
  });

  it('evicts the connection that is unused for the longest time', () => {
    const places = new ConnectionPlaces<string>(3);
    for (const name of ['a', 'b', 'c']) {
      places.open(name);
      places.use(name);
    }
    for (const name of ['b', 'c', 'a']) places.release(name);
    expect(places.open('d')).toMatchObject({ evicted: 'b' });
  });

  it('lets a flood of silent connections cost silent connections', () => {
    const places = new ConnectionPlaces<string>(4);
    places.open('customer');
    places.use('customer');
    places.release('customer');
    for (let index = 0; index < 100; index++) places.open(`silent ${index}`);
    expect(places.has('customer')).toBe(true);
    expect(places.has('silent 99')).toBe(true);
    expect(places.size).toBe(4);
  });

  it('ignores what is told of a connection that has lost its place', () => {
    const places = new ConnectionPlaces<string>(1);
    places.open('a');
    places.open('b');
    places.use('a');
    places.release('a');
    expect(places.has('a')).toBe(false);
    expect(places.size).toBe(1);
  });

  it('never has more than its places, evicts none that is used, and refuses only when all are used', () => {
    const step = fc.record({
      kind: fc.constantFrom('open', 'open', 'use', 'release', 'delete'),
      of: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
        const places = new ConnectionPlaces<number>(max);
        const used = new Map<number, boolean>();
        for (const { kind, of } of steps) {
          if (kind === 'open' && !used.has(of)) {
            const isFullyUsed = used.size === max && [...used.values()].every(Boolean);
            const admission = places.open(of);
            expect(admission.admitted).toBe(!isFullyUsed);
            if (!admission.admitted) continue;
            if (admission.evicted !== undefined) {
              expect(used.get(admission.evicted)).toBe(false);
              used.delete(admission.evicted);
            }
            used.set(of, false);
          }
          if (kind === 'use') places.use(of);
          if (kind === 'release') places.release(of);
          if (kind === 'delete') places.delete(of);
          if (kind === 'delete') used.delete(of);
          else if (kind !== 'open' && used.has(of)) used.set(of, kind === 'use');
          expect(places.size).toBe(used.size);
          expect(places.busySize).toBe([...used.values()].filter(Boolean).length);
        }
      }),
    );
  });
});

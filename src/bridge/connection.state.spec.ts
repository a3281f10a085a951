import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertTransition, TRANSITIONS, type ConnectionStateName } from './connection.state.js';
import { GarbageError } from './bridge.errors.js';
import { chooseVersion, encodeBridgePreamble, PreambleReader } from './preamble.js';

const names = Object.keys(TRANSITIONS) as ConnectionStateName[];

describe('the states of a connection', () => {
  it('allow what the table lists and nothing else', () => {
    for (const from of names) {
      for (const to of names) {
        const allowed = (TRANSITIONS[from] as readonly string[]).includes(to);
        if (allowed) expect(() => assertTransition(from, to)).not.toThrow();
        else expect(() => assertTransition(from, to)).toThrow(`from ${from} to ${to}`);
      }
    }
  });

  it('never lead back: a closed connection stays closed', () => {
    const order = (name: ConnectionStateName): number => names.indexOf(name);
    for (const from of names) for (const to of TRANSITIONS[from]) expect(order(to)).toBeGreaterThan(order(from));
    expect(TRANSITIONS.closed).toEqual([]);
  });
});

describe('PreambleReader', () => {
  it('reads the same wherever the bytes were cut and returns the rest', () => {
    const bytes = Buffer.concat([encodeBridgePreamble({ minVersion: 1, maxVersion: 3 }), Buffer.from('rest')]);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length }), (place) => {
        const reader = new PreambleReader();
        const rest = Buffer.concat([reader.push(bytes.subarray(0, place)), reader.push(bytes.subarray(place))]);
        expect(reader.preamble).toEqual({ minVersion: 1, maxVersion: 3 });
        expect(rest.toString()).toBe('rest');
      }),
    );
  });

  it.each(['G', 'MX', 'MT5H', '\x16\x03\x01'])('judges %j as garbage before the preamble is complete', (text) => {
    expect(() => new PreambleReader().push(Buffer.from(text, 'latin1'))).toThrow(GarbageError);
  });
});

describe('chooseVersion', () => {
  it.each([
    [1, 1, 1],
    [0, 9, 1],
    [2, 9, undefined],
    [0, 0, undefined],
    [2, 1, undefined],
  ])('of a bridge that speaks %i to %i is %s', (minVersion, maxVersion, version) => {
    expect(chooseVersion({ minVersion, maxVersion })).toBe(version);
  });
});

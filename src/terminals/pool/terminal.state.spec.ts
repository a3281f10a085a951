import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  epochOf,
  IllegalTransitionError,
  next,
  type TerminalEvent,
  type TerminalStatus,
  TRANSITIONS,
} from './terminal.state.js';

const expected: TerminalStatus = { name: 'expected', sinceMs: 0 };
const lived = (...events: TerminalEvent[]): TerminalStatus =>
  events.reduce<TerminalStatus>((status, event, index) => next(status, event, index + 1), expected);

const admitted: TerminalEvent = { type: 'admitted', epoch: 5 };
const verified: TerminalEvent = { type: 'verified' };
const away: TerminalEvent = { type: 'impaired', reason: 'broker-disconnected' };
const gone: TerminalEvent = { type: 'disconnected', reason: 'silent' };

describe('the life of a terminal', () => {
  it('leads from the first session through trouble and back', () => {
    expect(lived(admitted)).toEqual({ name: 'handshaking', sinceMs: 1, epoch: 5 });
    expect(lived(admitted, verified)).toEqual({ name: 'ready', sinceMs: 2, epoch: 5 });
    expect(lived(admitted, verified, away)).toEqual({
      name: 'impaired',
      sinceMs: 3,
      epoch: 5,
      reason: 'broker-disconnected',
    });
    expect(lived(admitted, verified, away, verified)).toEqual({ name: 'ready', sinceMs: 4, epoch: 5 });
    expect(lived(admitted, verified, gone)).toEqual({ name: 'lost', sinceMs: 3, lastEpoch: 5, reason: 'silent' });
    expect(lived(admitted, gone, { type: 'admitted', epoch: 6 })).toEqual({
      name: 'handshaking',
      sinceMs: 3,
      epoch: 6,
    });
  });

  it('ends in closed, after draining or directly', () => {
    expect(lived(admitted, { type: 'drain' }, gone)).toMatchObject({ name: 'closed' });
    expect(lived({ type: 'drain' }, { type: 'close' })).toMatchObject({ name: 'closed' });
    expect(lived({ type: 'close' })).toMatchObject({ name: 'closed' });
  });

  it('outlives its sessions while an operator drains it, and continues from its state then', () => {
    const hold: TerminalEvent = { type: 'hold' };
    const resume: TerminalEvent = { type: 'resume' };
    expect(lived(hold, resume)).toMatchObject({ name: 'expected' });
    expect(lived(admitted, verified, hold)).toMatchObject({ name: 'draining', by: 'operator', epoch: 5, sinceMs: 3 });
    expect(lived(admitted, verified, hold, gone, { type: 'admitted', epoch: 6 })).toMatchObject({
      name: 'draining',
      epoch: 6,
      sinceMs: 3,
    });
    expect(lived(admitted, hold, gone, resume)).toMatchObject({ name: 'lost', lastEpoch: 5 });
    expect(lived(admitted, hold, resume, verified)).toMatchObject({ name: 'ready', epoch: 5 });
    expect(lived(admitted, hold, { type: 'drain' }, gone)).toMatchObject({ name: 'closed' });
  });

  it.each<[string, TerminalEvent[]]>([
    ['a verification without a session', [verified]],
    ['a loss without a session', [gone]],
    ['a second loss', [admitted, gone, gone]],
    ['a session after the end', [{ type: 'close' }, admitted]],
    ['a new session while draining', [{ type: 'drain' }, admitted]],
    ['ready twice', [admitted, verified, verified]],
    ['being ready while it is drained', [admitted, { type: 'hold' }, verified]],
    ['a drain by an operator while the gateway stops', [{ type: 'drain' }, { type: 'hold' }]],
    ['to be resumed while it is not drained by an operator', [{ type: 'drain' }, { type: 'resume' }]],
  ])('refuses %s', (_what, events) => {
    expect(() => lived(...events)).toThrow(IllegalTransitionError);
  });

  it('never leaves the table, and has a session in exactly the states that say so', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('admitted' as const), epoch: fc.nat() }),
      fc.constantFrom(
        verified,
        away,
        gone,
        { type: 'drain' } as const,
        { type: 'hold' } as const,
        { type: 'resume' } as const,
        {
          type: 'close',
        } as const,
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let status: TerminalStatus = expected;
        for (const [atMs, happening] of events.entries()) {
          const before = status;
          try {
            status = next(before, happening, atMs);
          } catch (error) {
            expect(error).toBeInstanceOf(IllegalTransitionError);
            continue;
          }
          expect(TRANSITIONS[before.name]).toContain(status.name);
          const serving = ['handshaking', 'ready', 'impaired'].includes(status.name);
          if (serving) expect(epochOf(status)).toBeDefined();
          if (['lost', 'closed', 'expected'].includes(status.name)) expect(epochOf(status)).toBeUndefined();
        }
      }),
    );
  });
});

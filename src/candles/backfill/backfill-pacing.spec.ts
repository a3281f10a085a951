import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { SeededRandom } from '../../kernel/index.js';
import { BackfillPacing } from './backfill-pacing.js';

function paced() {
  const clock = new ManualClock();
  return { clock, pacing: new BackfillPacing<object>(clock, new SeededRandom(1)), series: {} };
}

/** Asks for a backfill every `everyMs` for `forMs`; gives how many were begun. */
function fillsWithin({ clock, pacing, series }: ReturnType<typeof paced>, everyMs: number, forMs: number): number {
  let begun = 0;
  for (let passed = 0; passed < forMs; passed += everyMs) {
    if (pacing.pauseMs(series) === 0) {
      pacing.begin(series);
      begun++;
    }
    clock.advance(everyMs);
  }
  return begun;
}

describe('BackfillPacing', () => {
  it('lets the first backfill begin immediately', () => {
    const { pacing, series } = paced();
    expect(pacing.pauseMs(series)).toBe(0);
  });

  it('lets 48 causes within 12 s begin at most 5 backfills, and an hour of them at most 5 a minute', () => {
    expect(fillsWithin(paced(), 250, 12_000)).toBeLessThanOrEqual(5);
    expect(fillsWithin(paced(), 250, 3_600_000)).toBeLessThanOrEqual(300);
  });

  it('never lets a series wait for longer than 15 s, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 50 }), (pauses) => {
        const { clock, pacing, series } = paced();
        for (const pause of pauses) {
          pacing.begin(series);
          expect(pacing.pauseMs(series)).toBeLessThanOrEqual(15_000);
          clock.advance(pause);
        }
      }),
    );
  });

  it('begins again with the shortest pause once a series needed nothing for a minute', () => {
    const world = paced();
    fillsWithin(world, 250, 60_000);
    world.clock.advance(76_000);
    world.pacing.begin(world.series);
    expect(world.pacing.pauseMs(world.series)).toBeLessThanOrEqual(1200);
  });

  it('does not count a backfill that failed, and forgets all with a new session', () => {
    const { pacing, series } = paced();
    pacing.begin(series)();
    expect(pacing.pauseMs(series)).toBe(0);
    pacing.begin(series);
    pacing.forget(series);
    expect(pacing.pauseMs(series)).toBe(0);
  });

  it('paces each series by itself', () => {
    const { pacing, series } = paced();
    pacing.begin(series);
    expect(pacing.pauseMs({})).toBe(0);
  });
});

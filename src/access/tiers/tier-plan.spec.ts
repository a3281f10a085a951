import { describe, expect, it } from '@jest/globals';
import type { StoredTier, TierContent } from '../../persistence/index.js';
import { auditedDifference } from './tier-difference.js';
import { planChange, planNew, type TierPatch } from './tier-plan.js';

const NOW = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const served = { symbols: ['AUDJPY', 'EURUSD'], timeframes: ['H1', 'H4'] };

const content = (changes: Partial<TierContent> = {}): TierContent => ({
  symbols: ['EURUSD'],
  timeframes: ['H1'],
  perMinute: 60,
  perDay: 2000,
  concurrent: 2,
  ...changes,
});

/** A tier whose versions take effect this many milliseconds from now. */
const tier = (versions: readonly (readonly [number, TierContent])[], name = 'FREE', rank = 1): StoredTier => ({
  name,
  rank,
  version: versions.length,
  deletedAt: undefined,
  versions: versions.map(([inMs, held], index) => ({
    version: index + 1,
    effectiveAt: new Date(NOW + inMs),
    content: held,
    createdAt: new Date(NOW - DAY_MS),
    createdBy: 'system',
    withdrawnAt: undefined,
  })),
});
const FREE = tier([[-DAY_MS, content()]]);
const PRO = tier([[-DAY_MS, content({ symbols: undefined })]], 'PRO', 2);
const plan = (patch: TierPatch, of = FREE) => planChange([of, PRO], of, { patch, nowMs: NOW, served });

function faults(act: () => unknown): Record<string, string> {
  try {
    act();
  } catch (error) {
    const { errors } = (error as { members: { errors: { parameter: string; message: string }[] } }).members;
    return Object.fromEntries(errors.map(({ parameter, message }) => [parameter, message]));
  }
  throw new Error('nothing was refused');
}

describe('a change of a tier', () => {
  it('keeps what it does not name, and takes a limit away with null', () => {
    expect(plan({ perDay: null, perMinute: 5 }).after).toEqual(content({ perDay: undefined, perMinute: 5 }));
    expect(plan({ symbols: ['*'], timeframes: ['H4', 'H1'] }).after).toEqual(
      content({ symbols: undefined, timeframes: ['H1', 'H4'] }),
    );
  });

  it('builds on what will be in effect at its time, and lasts until the next one that is scheduled', () => {
    const busy = tier([
      [-DAY_MS, content()],
      [HOUR_MS, content({ perMinute: 100 })],
      [3 * HOUR_MS, content({ perMinute: 300 })],
    ]);
    expect(plan({ concurrent: 9 }, busy)).toMatchObject({
      after: { perMinute: 60, concurrent: 9 },
      effectiveAt: new Date(NOW),
      until: new Date(NOW + HOUR_MS),
    });
    expect(plan({ concurrent: 9, effectiveAt: new Date(NOW + 2 * HOUR_MS) }, busy)).toMatchObject({
      before: { version: 2 },
      after: { perMinute: 100, concurrent: 9 },
      until: new Date(NOW + 3 * HOUR_MS),
    });
  });

  it('holds over one that another gateway has just made with a clock that goes ahead', () => {
    const skewed = tier([[2000, content({ perMinute: 7 })]]);
    expect(plan({ concurrent: 1 }, skewed)).toMatchObject({
      effectiveAt: new Date(NOW + 2000),
      after: { perMinute: 7 },
    });
  });

  it.each([
    [0, /future/],
    [-1, /future/],
    [NaN, /future/],
    [367 * DAY_MS, /at most 366 days/],
  ])('cannot take effect %d ms from now', (inMs, message) => {
    expect(faults(() => plan({ perMinute: 1, effectiveAt: new Date(NOW + inMs) }))['effective_at']).toMatch(message);
  });

  it('is refused when twenty are scheduled already', () => {
    const full = tier(Array.from({ length: 21 }, (_, index) => [(index - 0.5) * HOUR_MS, content()] as const));
    expect(faults(() => plan({ effectiveAt: new Date(NOW + DAY_MS) }, full))['effective_at']).toMatch(/withdraw one/);
  });

  it('names every symbol and timeframe that is not served, the first ten, and all faults together', () => {
    const many = Array.from({ length: 12 }, (_, index) => `X${index}`);
    const found = faults(() => plan({ symbols: many, timeframes: ['W1', 'H1'], rank: 2 }));
    expect(found).toEqual({
      symbols: expect.stringMatching(/not served: X0, .*X9 and 2 more$/),
      timeframes: expect.stringMatching(/not served: W1$/),
      rank: 'is the rank of PRO already',
    });
  });

  it('may keep what the gateway has ceased to serve', () => {
    const old = tier([[-DAY_MS, content({ symbols: ['GONE', 'EURUSD'], timeframes: ['H1', 'MN1'] })]]);
    expect(plan({ symbols: ['GONE'], timeframes: ['MN1'] }, old).after.symbols).toEqual(['GONE']);
  });

  it('cannot schedule a change of the rank', () => {
    expect(plan({ rank: 7 }).rank).toBe(7);
    expect(faults(() => plan({ rank: 7, effectiveAt: new Date(NOW + 1) }))).toEqual({ rank: expect.any(String) });
  });
});

describe('a new tier', () => {
  it('needs an unused name and rank, and what is served', () => {
    const tier = { rank: 1, content: content({ symbols: ['NONE'] }), served };
    expect(Object.keys(faults(() => planNew([FREE, PRO], 'PRO', tier)))).toEqual(['name', 'rank', 'symbols']);
    const deleted = { ...PRO, deletedAt: new Date(NOW) };
    expect(planNew([FREE, deleted], 'PRO', { rank: 2, content: content(), served })).toEqual(content());
  });
});

describe('what the audit trail is told', () => {
  it('is what changed, before and after', () => {
    const before = { rank: 1, content: content() };
    expect(auditedDifference(before, { rank: 1, content: content({ perDay: undefined, symbols: undefined }) })).toEqual(
      {
        before: { symbols: ['EURUSD'], per_day: 2000 },
        after: { symbols: ['*'], per_day: null },
      },
    );
  });

  it('fits into its row, however long the lists are', () => {
    const names = (letter: string) => Array.from({ length: 2000 }, (_, index) => `${letter}${index}`.padEnd(31, 'X'));
    const state = (letter: string) => ({ rank: 1, content: content({ symbols: names(letter) }) });
    const difference = auditedDifference(state('A'), state('B'));
    expect(JSON.stringify(difference).length).toBeLessThan(4000);
    expect(difference.before).toMatchObject({ symbols: { count: 2000 } });
  });
});

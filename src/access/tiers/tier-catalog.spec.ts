import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FREE, PRO, SERIES, TERMINALS } from '../../../test/support/gateway-settings.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { MemoryTierStore } from '../../../test/support/memory-tier-store.js';
import { symbolName } from '../../market/index.js';
import { TierRequiredError, UnknownTierError } from '../access.errors.js';
import { TierCache } from './tier-cache.js';
import { TierCatalog } from './tier-catalog.js';

const parts = { store: new MemoryTierStore(), clock: new ManualClock(), log: jest.fn(), warn: jest.fn() };
const cache = new TierCache({ ...parts, first: [FREE, PRO] });
const catalog = new TierCatalog(TERMINALS, SERIES, cache);

beforeAll(() => cache.open());

function refusal(act: () => unknown): TierRequiredError {
  try {
    act();
  } catch (error) {
    if (error instanceof TierRequiredError) return error;
  }
  throw new Error('nothing was refused');
}

describe('what a tier may use', () => {
  it('is never more than what is configured', () => {
    expect(catalog.symbolsOf({ ...FREE, symbols: [symbolName('XAUUSD'), symbolName('EURUSD')] })).toEqual(['EURUSD']);
    expect(catalog.timeframesOf({ ...PRO, timeframes: ['W1', 'H4', 'M5'] })).toEqual(['M5', 'H4']);
  });

  it('is every configured symbol once, sorted, where the tier lists none', () => {
    expect(catalog.symbolsOf(PRO)).toEqual(['AUDJPY', 'BTCUSD', 'EURUSD']);
  });

  it('names no required tier when no tier has it', () => {
    const error = refusal(() => catalog.assertAllowed(FREE, symbolName('EURUSD'), 'W1'));
    expect(error.message).toBe('FREE tier cannot access W1');
    expect(error.members).toMatchObject({ required_tier: undefined, tier: 'FREE' });
  });

  it('names the lowest tier that has both symbol and timeframe', () => {
    expect(refusal(() => catalog.assertAllowed(FREE, symbolName('AUDJPY'), 'H1')).members).toMatchObject({
      required_tier: 'PRO',
    });
  });

  it('names a tier above rather than one below that has what the caller lacks', () => {
    const between = { ...PRO, name: 'GOLD', rank: FREE.rank + 0.5, symbols: [symbolName('AUDJPY')] };
    expect(refusal(() => catalog.assertAllowed(between, symbolName('EURUSD'), 'H1')).members).toMatchObject({
      required_tier: 'PRO',
    });
  });

  it('does not lend a tier what only a lower one has', () => {
    const narrow = { ...PRO, symbols: [symbolName('AUDJPY'), symbolName('EURUSD')], timeframes: ['H1'] as const };
    expect(catalog.lowered(narrow, FREE)).toEqual({ ...FREE, symbols: ['EURUSD'], timeframes: ['H1'] });
    expect([catalog.lowered(PRO, FREE), catalog.lowered(PRO, PRO)]).toEqual([FREE, PRO]);
  });

  it('allows what is included', () => {
    expect(() => catalog.assertAllowed(FREE, symbolName('EURUSD'), 'H4')).not.toThrow();
    expect(() => catalog.assertAllowed(PRO, symbolName('AUDJPY'), undefined)).not.toThrow();
  });

  it('is unknown for a tier that is not configured, and nothing is allowed then', () => {
    expect(() => catalog.get('GOLD')).toThrow(UnknownTierError);
  });
});

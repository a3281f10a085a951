import { describe, expect, it } from '@jest/globals';
import { nearestOf } from './nearest.js';

describe('nearestOf', () => {
  it.each([
    ['one inserted, dropped or wrong letter', 'MT5_5', ['MT5_05']],
    ['another case', 'mt5_05', ['MT5_05']],
    ['one wrong letter in four', 'MAINE', ['MAIN']],
  ])('finds a name with %s', (_, text, found) => {
    expect(nearestOf(text, ['MT5_05', 'MAIN'])).toEqual(found);
  });

  it('names the nearest first, at most three, and equally near ones by the alphabet', () => {
    expect(nearestOf('EURUSD', ['EURUSA', 'EURUSD.', 'AURUSD', 'EURUSDX', 'EURUSD'])).toEqual([
      'EURUSD',
      'AURUSD',
      'EURUSA',
    ]);
  });

  it('finds nothing for another word or for a text that is too long for a name', () => {
    expect(nearestOf('GBPJPY', ['EURUSD'])).toEqual([]);
    expect(nearestOf('A'.repeat(65), ['A'.repeat(65)])).toEqual([]);
  });

  it('lets the caller say how large a slip may be', () => {
    expect(nearestOf('EUR', ['EURUSD', 'USDJPY'], (name) => (name.startsWith('EUR') ? Infinity : 0))).toEqual([
      'EURUSD',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SymbolListItem } from '../../bridge/index.js';
import { symbolName } from '../../market/index.js';
import { resolveSymbol } from './symbol-resolver.js';

const item = (symbol: string, properties: Partial<SymbolListItem> = {}): SymbolListItem => ({
  symbol,
  description: '',
  digits: 5,
  contractSize: 100_000,
  baseCurrency: '',
  profitCurrency: '',
  tradable: true,
  ...properties,
});

const resolve = (name: string, list: readonly SymbolListItem[], brokerName?: string) =>
  resolveSymbol({ name: symbolName(name), brokerName }, list);

const found = (name: string, brokerSymbol: string, rule: string) => ({
  kind: 'resolved',
  symbol: name,
  brokerSymbol,
  digits: 5,
  rule,
});

describe('resolveSymbol', () => {
  it.each([
    ['EURUSD', 'EURUSD', 'exact'],
    ['EURUSD', 'EurUsd', 'ignoring-case'],
    ['EURUSD', 'EURUSDm', 'affix'],
    ['EURUSD', 'EURUSD.pro', 'affix'],
    ['EURUSD', 'EURUSDpro', 'affix'],
    ['EURUSD', 'EURUSD.m', 'affix'],
    ['EURUSD', 'EURUSD_i', 'affix'],
    ['EURUSD', 'EURUSD.', 'affix'],
    ['EURUSD', 'EURUSD-', 'affix'],
    ['EURUSD', 'EURUSD.£', 'affix'],
    ['EURUSD', 'frxEURUSD', 'affix'],
    ['XAUUSD', 'XAUUSDw', 'affix'],
    ['XAUUSD', 'XAUUSD.c', 'affix'],
    ['XAUUSD', 'GOLD', 'alias'],
    ['XAUUSD', 'GOLDmicro', 'alias'],
    ['XAUUSD', 'GOLD.pro', 'alias'],
    ['XAGUSD', 'SILVER', 'alias'],
    ['US30', 'US30.cash', 'affix'],
    ['US30', '#US30', 'affix'],
    ['US30', 'DJ30', 'alias'],
    ['US30', 'WS30.cash', 'alias'],
    ['NDX100', 'NAS100', 'alias'],
    ['NDX100', 'USTECm', 'alias'],
    ['NDX100', 'USTEC.cash', 'alias'],
    ['NDX100', 'US_TECH100', 'alias'],
    ['BTCUSD', 'XBTUSD', 'alias'],
  ])('finds %s offered as %s', (name, brokerSymbol, rule) => {
    expect(resolve(name, [item('AUDCAD'), item(brokerSymbol), item('ZZZ')])).toEqual(found(name, brokerSymbol, rule));
  });

  it('believes the operator before the list', () => {
    const list = [item('EURUSD'), item('EURUSD.x9')];
    expect(resolve('EURUSD', list, 'EURUSD.x9')).toEqual(found('EURUSD', 'EURUSD.x9', 'configured'));
  });

  it('does not fall back to a guess when the configured name is not offered', () => {
    expect(resolve('EURUSD', [item('EURUSD')], 'EURUSD.gone')).toEqual({
      kind: 'unresolved',
      symbol: 'EURUSD',
      problem: 'configured-name-missing',
      candidates: ['EURUSD'],
    });
  });

  it('refuses two equally good names and lists them', () => {
    expect(resolve('EURUSD', [item('EURUSDm'), item('EURUSD.pro')])).toEqual({
      kind: 'unresolved',
      symbol: 'EURUSD',
      problem: 'ambiguous',
      candidates: ['EURUSD.pro', 'EURUSDm'],
    });
  });

  it('refuses two spellings that differ in case only', () => {
    expect(resolve('EURUSD', [item('eurusd'), item('EurUsd')])).toMatchObject({ problem: 'ambiguous' });
  });

  it('prefers the name that may be traded', () => {
    const list = [item('EURUSDm', { tradable: false }), item('EURUSD.pro')];
    expect(resolve('EURUSD', list)).toMatchObject({ brokerSymbol: 'EURUSD.pro' });
  });

  it('prefers an ordinary contract over its micro and cent variants', () => {
    expect(resolve('XAUUSD', [item('GOLDmicro'), item('GOLD')])).toMatchObject({ brokerSymbol: 'GOLD' });
    expect(resolve('EURUSD', [item('EURUSDc'), item('EURUSD.cent'), item('EURUSDm')])).toMatchObject({
      brokerSymbol: 'EURUSDm',
    });
  });

  it('believes an unknown ending only where the currencies prove the pair', () => {
    const pair = { baseCurrency: 'EUR', profitCurrency: 'USD' };
    expect(resolve('EURUSD', [item('EURUSD_x7q', pair)])).toMatchObject({ rule: 'currencies' });
    expect(resolve('EURUSD', [item('EUR/USD', pair)])).toMatchObject({ rule: 'currencies', brokerSymbol: 'EUR/USD' });
    expect(resolve('EURUSD', [item('EURUSD_x7q')])).toMatchObject({ problem: 'not-found', candidates: ['EURUSD_x7q'] });
  });

  it('does not take a future for the pair because its currencies match', () => {
    expect(resolve('EURUSD', [item('6EZ6', { baseCurrency: 'EUR', profitCurrency: 'USD' })])).toMatchObject({
      problem: 'not-found',
    });
  });

  it('does not take a name for the pair when its currencies speak against it', () => {
    const list = [item('GOLDm', { baseCurrency: 'XAU', profitCurrency: 'EUR' })];
    expect(resolve('XAUUSD', list)).toMatchObject({ kind: 'unresolved' });
  });

  it.each(['US300', 'US500', 'EURUS', 'XEURUSD', 'EURUSDT', 'GOLDMAN', 'SILVERGATE'])(
    'does not take %s',
    (stranger) => {
      for (const name of ['US30', 'EURUSD', 'XAUUSD', 'XAGUSD']) {
        expect(resolve(name, [item(stranger)])).toMatchObject({ kind: 'unresolved' });
      }
    },
  );

  it('bounds the list of candidates', () => {
    const many = Array.from({ length: 500 }, (_, index) => item(`EURUSD_x${index}q`));
    const result = resolve('EURUSD', many);
    expect(result.kind === 'unresolved' && result.candidates.length).toBe(10);
  });

  it('gives the same answer whatever the order of the list, and only names from the list', () => {
    const name = fc.constantFrom(
      'EURUSD',
      'EURUSDm',
      'EURUSD.pro',
      'EurUsd',
      'eurusd',
      'EURUSDc',
      'EURUSD.x',
      '#EURUSD',
      'GOLD',
    );
    const items = fc.uniqueArray(
      fc
        .record({ name, tradable: fc.boolean(), quoted: fc.boolean() })
        .map(({ name, tradable, quoted }) =>
          item(name, { tradable, ...(quoted ? { baseCurrency: 'EUR', profitCurrency: 'USD' } : {}) }),
        ),
      { selector: (entry) => entry.symbol },
    );
    fc.assert(
      fc.property(items, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (list, dice) => {
        const shuffled = list
          .map((entry) => ({ entry, key: dice.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        const result = resolve('EURUSD', list);
        expect(resolve('EURUSD', shuffled)).toEqual(result);
        const named = result.kind === 'resolved' ? [result.brokerSymbol] : result.candidates;
        expect(list.map((entry) => entry.symbol)).toEqual(expect.arrayContaining([...named]));
      }),
    );
  });
});

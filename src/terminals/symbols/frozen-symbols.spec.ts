import { describe, expect, it } from '@jest/globals';
import { FrozenSymbols } from './frozen-symbols.js';
import type { SymbolResolution } from './symbol-resolver.js';

const named = (symbol: string, brokerSymbol: string): SymbolResolution => ({
  kind: 'resolved',
  symbol,
  brokerSymbol,
  digits: 5,
  rule: 'affix',
});
const missing = (symbol: string, ...candidates: string[]): SymbolResolution => ({
  kind: 'unresolved',
  symbol,
  problem: candidates.length > 1 ? 'ambiguous' : 'not-found',
  candidates,
});

describe('FrozenSymbols', () => {
  it('holds the first name of a symbol against every later one', () => {
    const frozen = new FrozenSymbols('A');
    expect(frozen.accept('Broker', [named('EURUSD', 'EURUSDm')]).usable).toHaveLength(1);
    const later = frozen.accept('Broker', [named('EURUSD', 'EURUSD.pro')]);
    expect(later.usable).toEqual([]);
    expect(later.alarms).toMatchObject([{ problem: 'changed', was: 'EURUSDm', now: 'EURUSD.pro' }]);
    expect(later.alarms[0]?.message).toContain('broker_name');
  });

  it('starts over at another server', () => {
    const frozen = new FrozenSymbols('A');
    frozen.accept('Broker', [named('EURUSD', 'EURUSDm')]);
    expect(frozen.accept('Other', [named('EURUSD', 'EURUSD')]).usable).toHaveLength(1);
  });

  it('raises the same alarm once, and again after it was over', () => {
    const frozen = new FrozenSymbols('A');
    const accept = (resolution: SymbolResolution) =>
      frozen.accept('Broker', [resolution]).alarms.map(({ problem }) => problem);
    expect(accept(missing('EURUSD'))).toEqual(['unresolved']);
    expect(accept(missing('EURUSD'))).toEqual([]);
    expect(accept(named('EURUSD', 'EURUSDm'))).toEqual([]);
    expect(accept(missing('EURUSD'))).toEqual(['vanished']);
    expect(accept(missing('EURUSD'))).toEqual([]);
    expect(accept(missing('EURUSD', 'EURUSDx', 'EURUSDy'))).toEqual(['vanished']);
  });

  it('names the candidates of an ambiguous symbol', () => {
    const [alarm] = new FrozenSymbols('A').accept('Broker', [missing('EURUSD', 'EURUSD.pro', 'EURUSDm')]).alarms;
    expect(alarm?.message).toBe(
      'EURUSD could be any of EURUSD.pro, EURUSDm; set broker_name of EURUSD in config/terminals.json',
    );
  });
});

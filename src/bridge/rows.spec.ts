import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buffersOf, rate } from '../../test/support/bridge-arbitraries.js';
import { ProtocolError } from './bridge.errors.js';
import { FrameParser } from './frame.js';
import { decodeFromBridge, encodeAnswer } from './message-codec.js';
import type { BridgeResponse, Buffers, Rates, SymbolList } from './messages.js';
import { AnswerCollector } from './rows.js';

function overTheWire(answer: BridgeResponse, collector = new AnswerCollector()): BridgeResponse | undefined {
  const frames = [...new FrameParser(65_536).push(Buffer.concat(encodeAnswer(answer, 1)))];
  const results = frames.map((frame) => collector.add(decodeFromBridge(frame) as BridgeResponse, frame.more));
  expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
  return results.at(-1);
}

function ratesOf(rows: number): Rates {
  const [sample] = fc.sample(rate, 1);
  return {
    type: 'rates',
    rates: Array.from({ length: rows }, (_, time) => ({ ...sample!, time })),
    lastForming: true,
    reachesStart: true,
  };
}

describe('an answer in chunks', () => {
  it.each([0, 1, 999, 1000, 1001, 2000, 5000])('of %i rates arrives as it was sent', (rows) => {
    const answer = ratesOf(rows);
    expect(overTheWire(answer)).toEqual(answer);
  });

  it('of indicator rows arrives as it was sent, cells without a value as NaN', () => {
    const rows = fc.constantFrom(0, 1, 7, 8, 9, 1000, 1001);
    fc.assert(
      fc.property(buffersOf(rows), (answer) => expect(overTheWire(answer)).toEqual(answer)),
      { numRuns: 30 },
    );
  });

  it('never sends Infinity or EMPTY_VALUE as a value', () => {
    const values = Float64Array.of(1, Infinity, Number.MAX_VALUE, -Infinity, Number.NaN);
    const answer: Buffers = {
      type: 'buffers',
      times: Float64Array.of(1, 2, 3, 4, 5),
      columns: [{ buffer: 0, values }],
    };
    expect(overTheWire(answer)).toMatchObject({ columns: [{ values: Float64Array.of(1, NaN, NaN, NaN, NaN) }] });
  });

  it('of symbols with the longest texts keeps every chunk below 64 KiB', () => {
    const item = { description: 'd'.repeat(1024), digits: 5, contractSize: 1, baseCurrency: 'b'.repeat(128) };
    const symbols = Array.from({ length: 100 }, (_, index) => ({
      ...item,
      symbol: String(index).padStart(128, 's'),
      profitCurrency: 'p'.repeat(128),
      tradable: true,
    }));
    const answer: SymbolList = { type: 'symbol-list', symbols };
    expect(overTheWire(answer)).toEqual(answer);
  });
});

describe('AnswerCollector', () => {
  const buffers = (...numbers: number[]): Buffers => ({
    type: 'buffers',
    times: Float64Array.of(1),
    columns: numbers.map((buffer) => ({ buffer, values: Float64Array.of(1) })),
  });

  it('refuses more rows than were asked for, before it has them all', () => {
    const collector = new AnswerCollector(1500);
    collector.add(ratesOf(1000), true);
    expect(() => collector.add(ratesOf(1000), true)).toThrow(ProtocolError);
  });

  it('refuses an endless row of empty chunks', () => {
    expect(() => new AnswerCollector().add(ratesOf(0), true)).toThrow('a chunk without rows');
  });

  it('refuses chunks of different types', () => {
    const collector = new AnswerCollector();
    collector.add(ratesOf(1), true);
    expect(() => collector.add(buffers(0), false)).toThrow('buffers within rates');
  });

  it.each([
    [[0, 1], [0]],
    [[0], [0, 1]],
    [
      [0, 1],
      [1, 0],
    ],
  ])('refuses columns %j followed by %j', (first, second) => {
    const collector = new AnswerCollector();
    collector.add(buffers(...first), true);
    expect(() => collector.add(buffers(...second), false)).toThrow('different columns');
  });

  it('takes an error as the end of an answer that has begun', () => {
    const collector = new AnswerCollector();
    collector.add(ratesOf(1), true);
    const error = { type: 'error', code: 'history-loading', terminalCode: 4401, message: '', retryAfterMs: 1 } as const;
    expect(collector.add(error, false)).toEqual(error);
  });
});

import { describe, expect, it } from '@jest/globals';
import { snapshotOf } from '../../../test/support/snapshots.js';
import { runSteps } from '../../kernel/index.js';
import { symbolName, type Timeframe } from '../../market/index.js';
import { ClosedDays, type ServerSeries } from './closed-days.js';
import { metadataSteps } from '../answers/series-metadata.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Monday 1 December 2025. */
const START = Date.UTC(2025, 11, 1) / 1000;
const CHRISTMAS = Date.UTC(2025, 11, 25) / 1000;

interface Market {
  readonly timeframe?: Timeframe;
  readonly server?: string;
  readonly weekends?: boolean;
  readonly rests?: (time: number) => boolean;
}

/** Five weeks of a symbol. */
function series(symbol: string, market: Market = {}): ServerSeries {
  const { timeframe = 'H1', server = 'Broker-Live', weekends = false, rests = () => false } = market;
  const step = timeframe === 'D1' ? DAY : HOUR;
  const times = Array.from({ length: (35 * DAY) / step }, (_, i) => START + i * step);
  const open = times.filter((time) => (weekends || ((time - START) / DAY) % 7 < 5) && !rests(time));
  const bar = { open: 1, high: 1, low: 1, close: 1, tickVolume: 1, spread: 0, realVolume: 0 };
  const snapshot = snapshotOf(
    open.map((time) => ({ ...bar, time })),
    { symbol: symbolName(symbol), timeframe },
  );
  return { brokerServer: server, snapshot };
}

/** Gaps of the first series, with the others as its peers. */
function gaps(first: ServerSeries, ...others: ServerSeries[]) {
  const days = new ClosedDays(() => [first, ...others]);
  const snapshot = { ...first.snapshot, serverDays: days.seenBy(() => first) };
  const returned = { closed: snapshot.closed, first: 0, forming: undefined, truncated: false };
  return runSteps(metadataSteps(snapshot, returned, 'PRO')).gaps.map(({ bars, reason }) => [bars, reason]);
}

const onChristmas = (time: number) => time >= CHRISTMAS && time < CHRISTMAS + DAY;
/** From 20:00 on Christmas Eve on. */
const early = (time: number) => time >= CHRISTMAS - 4 * HOUR && time < CHRISTMAS + DAY;

describe('closed days', () => {
  it('are told as such when all symbols of the server rest', () => {
    expect(gaps(series('EURUSD', { rests: onChristmas }), series('XAUUSD', { rests: onChristmas }))).toEqual([
      [24, 'closed-day'],
    ]);
  });

  it('include an early closing before them', () => {
    expect(gaps(series('EURUSD', { rests: early }), series('XAUUSD', { rests: onChristmas }))).toEqual([
      [28, 'closed-day'],
    ]);
  });

  it('are shown by daily bars too', () => {
    const [gold, traded] = [
      series('XAUUSD', { timeframe: 'D1', rests: onChristmas }),
      series('XAUUSD', { timeframe: 'D1' }),
    ];
    expect(gaps(series('EURUSD', { rests: onChristmas }), gold)).toEqual([[24, 'closed-day']]);
    expect(gaps(series('EURUSD', { rests: onChristmas }), traded)).toEqual([[24, 'missing']]);
  });

  it.each<[string, ServerSeries[]]>([
    ['another symbol has bars', [series('XAUUSD')]],
    ['the symbol has a daily bar', [series('EURUSD', { timeframe: 'D1' }), series('XAUUSD', { rests: onChristmas })]],
    ['no other symbol is known', []],
    ['only a symbol of another server rests', [series('XAUUSD', { server: 'Other-Live', rests: onChristmas })]],
    ['only a symbol that trades on weekends rests', [series('BTCUSD', { weekends: true, rests: onChristmas })]],
  ])('are missing bars when %s', (_, others) => {
    expect(gaps(series('EURUSD', { rests: onChristmas }), ...others)).toEqual([[24, 'missing']]);
  });

  it('are known although a symbol that trades on weekends goes on', () => {
    const others = [series('XAUUSD', { rests: onChristmas }), series('BTCUSD', { weekends: true })];
    expect(gaps(series('EURUSD', { rests: onChristmas }), ...others)).toEqual([[24, 'closed-day']]);
  });

  it('are not what a few missing hours or a whole missing week are', () => {
    const hours = series('EURUSD', { rests: (time) => time >= CHRISTMAS + HOUR && time < CHRISTMAS + 4 * HOUR });
    const week = series('EURUSD', { rests: (time) => time >= START + 14 * DAY && time < START + 21 * DAY });
    expect(gaps(hours, series('XAUUSD', { rests: onChristmas }))).toEqual([[3, 'missing']]);
    expect(gaps(week, series('XAUUSD', { rests: onChristmas }))).toEqual([[120, 'missing']]);
  });
});

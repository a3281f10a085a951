import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { candleFault } from '../src/market/index.js';
import { ManualClock } from '../test/support/manual-clock.js';
import { buildMarkets } from './build-markets.js';
import type { SimulatorPlan } from './plan.js';

const HEADER = 'time,open,high,low,close,tick_volume,spread,real_volume';
const MONDAY = Date.UTC(2024, 0, 8) / 1000;
const HOUR = 3600;
const DAY = 24 * HOUR;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'markets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function series(file: string, opens: readonly number[], price = '1.25', into = folder): void {
  const lines = opens.map((time) => `${time},${price},${price},${price},${price},5,0,0`);
  writeFileSync(join(into, file), [HEADER, ...lines].join('\n'));
}

function plan(changes: Partial<SimulatorPlan> = {}): SimulatorPlan {
  return {
    gateway: { host: '127.0.0.1', port: 1 },
    masterSecret: 'for tests only',
    mode: 'replay',
    candlesDir: folder,
    terminals: [
      { id: 'A', login: 1, symbols: [{ name: 'EURUSD' }, { name: 'GBPUSD' }] },
      { id: 'B', login: 2, symbols: [{ name: 'USDJPY' }] },
      { id: 'C', login: 3, symbols: [{ name: 'BTCUSD' }] },
    ],
    ...changes,
  };
}

function markets(changes: Partial<SimulatorPlan> = {}) {
  const log: string[] = [];
  const built = buildMarkets(plan(changes), new ManualClock(), (line) => log.push(line));
  return { log, a: built.get('A')!, b: built.get('B')!, c: built.get('C')! };
}

/** The recordings stand in winter. */
const EET = 2 * HOUR;

describe('replayed markets', () => {
  beforeAll(() => {
    series('EURUSD_H1.csv', [MONDAY + 8 * HOUR, MONDAY + 9 * HOUR]);
    series('GBPUSD_D1.csv', [MONDAY, MONDAY + DAY]);
    series('USDJPY_H4.csv', [MONDAY + 2 * DAY], '150.123');
    series('MSFT_D1.csv', [MONDAY]);
  });

  it('stand still 30 s before the earliest end of their own last bars; others at the latest of these times', () => {
    const { a, b, c } = markets();
    expect(a.clock.now()).toBe(MONDAY + 10 * HOUR - 30);
    expect(b.clock.now()).toBe(MONDAY + 2 * DAY + 4 * HOUR - 30);
    expect(c.clock.now()).toBe(b.clock.now());
    for (const market of [a, b, c]) expect([market.clock.rate, market.clock.utcOffsetSeconds]).toEqual([0, EET]);
  });

  it('end every series at that time, recorded or not', () => {
    const { a, c } = markets();
    const now = a.clock.now();
    for (const { source } of a.symbols) {
      for (const timeframe of ['M5', 'H1', 'H12', 'D1'] as const) {
        const { bars, lastForming } = source.newest(timeframe, 5, now);
        expect(bars.lastTime!).toBeLessThanOrEqual(now);
        expect(lastForming).toBe(true);
      }
    }
    const [gbpusd] = a.symbols.filter(({ name }) => name === 'GBPUSD');
    expect(
      gbpusd!.source
        .newest('D1', 5, now)
        .bars.toArray()
        .map(({ time }) => time),
    ).toEqual([MONDAY]);
    expect(c.symbols[0]!.source.newest('H1', 1, c.clock.now()).lastForming).toBe(true);
  });

  it('continue the recorded price in the timeframes that were not recorded', () => {
    const { source } = markets().b.symbols[0]!;
    const close = source.newest('D1', 1, MONDAY + 2 * DAY + HOUR).bars.close[0]!;
    expect(Math.abs(close / 150.123 - 1)).toBeLessThan(0.05);
    expect(source.digits).toBe(3);
  });

  it.each(['-37.63', '0.00'])('continue a recorded price of %s with bars that move', (price) => {
    const candlesDir = mkdtempSync(join(folder, 'oil-'));
    series('USOIL_H4.csv', [MONDAY + 2 * DAY], price, candlesDir);
    const { a } = markets({ candlesDir, terminals: [{ id: 'A', login: 1, symbols: [{ name: 'USOIL' }] }] });
    const bars = a.symbols[0]!.source.newest('D1', 20, MONDAY + 2 * DAY + HOUR).bars.toArray();
    expect(Math.abs(bars.at(-1)!.close - Number(price))).toBeLessThan(1);
    expect(bars.filter((bar) => candleFault(bar) !== undefined)).toEqual([]);
    expect(new Set(bars.map(({ close }) => close)).size).toBeGreaterThan(10);
  });

  it('name in the log what no terminal wants', () => {
    expect(markets().log).toEqual(['MSFT_D1.csv is ignored: no terminal has its symbol']);
  });

  it('carry mode and a fingerprint of data and seed in the name of their server, the same at every start', () => {
    const first = markets();
    expect(first.a.brokerServer).toMatch(/^Sim-replay-[0-9a-f]{6}$/);
    expect(first.c.brokerServer).toMatch(/^Sim-synthetic-[0-9a-f]{6}$/);
    const names = ({ a, b, c }: ReturnType<typeof markets>) => [a, b, c].map(({ brokerServer }) => brokerServer);
    expect(names(markets())).toEqual(names(first));
    expect(names(markets({ seed: 2 }))[0]).not.toBe(first.a.brokerServer);
    series('EURUSD_H1.csv', [MONDAY + 8 * HOUR, MONDAY + 9 * HOUR], '1.26');
    expect(markets().a.brokerServer).not.toBe(first.a.brokerServer);
    expect(markets().b.brokerServer).toBe(first.b.brokerServer);
  });

  it('may move when the plan says so', () => {
    const clock = new ManualClock();
    const { clock: server } = buildMarkets(plan({ clockRate: 60, startTime: MONDAY }), clock, () => undefined).get(
      'A',
    )!;
    clock.advance(2000);
    expect(server.now()).toBe(MONDAY + 120);
  });
});

describe('synthetic markets', () => {
  it('move with the world on Eastern European Time, and also when no recording fits', () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    for (const changes of [{ mode: 'synthetic' as const }, { candlesDir: empty }]) {
      const { a } = markets(changes);
      expect(a.clock.rate).toBe(1);
      expect(a.clock.utcOffsetSeconds).toBe(2 * HOUR);
      expect(a.clock.nowMs()).toBe(new ManualClock().nowMs() + 2 * HOUR * 1000);
    }
  });

  it('keep their server name over restarts while the world goes on', () => {
    const name = (clock: ManualClock) =>
      buildMarkets(plan({ mode: 'synthetic' }), clock, () => undefined).get('A')!.brokerServer;
    expect(name(new ManualClock(Date.UTC(2026, 5, 1)))).toBe(name(new ManualClock(Date.UTC(2026, 0, 1))));
  });

  it('go around the price that the plan gives them, which belongs to the name of their server', () => {
    const at = (price?: number) => {
      const symbols = [{ name: 'XAUUSD', ...(price !== undefined && { price }) }];
      return markets({ mode: 'synthetic', terminals: [{ id: 'A', login: 1, symbols }] }).a;
    };
    const { low } = at(0).symbols[0]!.source.newest('D1', 3000, Date.UTC(2026, 0, 5) / 1000).bars;
    expect([low.some((price) => price < 0), low.some((price) => price > 0)]).toEqual([true, true]);
    expect(new Set([at(), at(0), at(-40)].map(({ brokerServer }) => brokerServer)).size).toBe(3);
  });

  it('get the names and digits that the plan gives them', () => {
    const symbols = [
      { name: 'EURUSD', digits: 4 },
      { name: 'US30', brokerName: 'US30.cash' },
    ];
    const built = markets({ mode: 'synthetic', symbolAffix: '.m', terminals: [{ id: 'A', login: 1, symbols }] });
    expect(built.a.symbols.map(({ brokerName }) => brokerName)).toEqual(['EURUSD.m', 'US30.cash']);
    expect(built.a.findByBrokerName('EURUSD.m')?.source.digits).toBe(4);
    expect(built.a.findByBrokerName('eurusd.m')).toBeUndefined();
  });

  it.each([
    ['Europe/Athens', '2026-03-29T00:59:58Z', '2026-03-29T01:00:01Z', [2, 3]],
    ['Europe/Athens', '2026-10-25T00:59:58Z', '2026-10-25T01:00:01Z', [3, 2]],
    ['US+2/+3', '2026-03-08T06:59:58Z', '2026-03-08T07:00:01Z', [2, 3]],
    ['US+2/+3', '2026-03-29T00:59:58Z', '2026-03-29T01:00:01Z', [3, 3]],
    ['UTC+5:30', '2026-03-29T00:59:58Z', '2026-03-29T01:00:01Z', [5.5, 5.5]],
  ])('switch while they run when the zone does: %s at %s', (zone, before, after, offsets) => {
    const clock = new ManualClock(Date.parse(before));
    const a = buildMarkets(plan({ mode: 'synthetic', zone }), clock, () => undefined).get('A')!;
    const seen = [a.clock.utcOffsetSeconds / HOUR];
    clock.advance(Date.parse(after) - Date.parse(before));
    seen.push(a.clock.utcOffsetSeconds / HOUR);
    expect(seen).toEqual(offsets);
    expect(a.clock.nowMs()).toBe(Date.parse(after) + offsets[1]! * HOUR * 1000);
  });
});

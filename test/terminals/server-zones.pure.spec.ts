import { describe, expect, it } from '@jest/globals';
import { parseZoneRule, RuleZone, type WeekendEdges, weekendEdges } from '../../src/market/index.js';
import { ServerZones } from '../../src/terminals/index.js';
import { candleFiles, candlesFolder, readCandleFile } from '../support/candle-files.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryServerClockStore } from '../support/memory-server-clock-store.js';

const HOUR = 3600;
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;
const NOW = utc('2026-11-27T12:00');

function world(overrides: Readonly<Record<string, string>> = {}, store = new MemoryServerClockStore()) {
  const clock = new ManualClock();
  const zones = new ServerZones({
    overrides: Object.entries(overrides).map(([server, zone]) => ({ server, rule: parseZoneRule(zone)! })),
    store,
    clock,
  });
  return { clock, zones, store };
}

/** Weekends of a server on Athens time that quotes whenever the market is open. */
const WEEKENDS: readonly WeekendEdges[] = ['2026-10-17', '2026-10-24', '2026-10-31', '2026-11-07', '2026-11-21'].map(
  (day) => {
    const athens = new RuleZone(parseZoneRule('Europe/Athens')!);
    const saturday = utc(`${day}T00:00`);
    const winter = saturday >= utc('2026-10-31T00:00');
    const close = day === '2026-10-31' ? saturday - 3 * HOUR : saturday - (winter ? 2 : 3) * HOUR;
    const open = saturday + 48 * HOUR - (winter ? 2 : 3) * HOUR;
    return { saturday, last: athens.fromUtc(close) - HOUR, first: athens.fromUtc(open) };
  },
);

describe('ServerZones', () => {
  it('goes by the configured zone at all times, the first entry that fits', () => {
    const { zones } = world({ 'Broker-Live': 'US+2/+3', 'Broker-*': 'Europe/Athens' });
    const week = utc('2026-10-28T12:00');
    expect(zones.zoneOf('Broker-Live').offsetAt(week)).toBe(3 * HOUR);
    expect(zones.zoneOf('Broker-Demo').offsetAt(week)).toBe(2 * HOUR);
    expect(zones.zoneOf('Other').offsetAt(week)).toBeUndefined();
    expect(zones.report('Broker-Live')).toMatchObject({ source: 'override', rules: ['US+02:00/+03:00'] });
    expect(zones.report('Other')).toMatchObject({ source: 'unknown', rules: [], knownFrom: undefined });
  });

  it('reports once that a terminal contradicts the configured zone', () => {
    const { zones } = world({ Broker: 'Europe/Athens' });
    const conflicts: object[] = [];
    zones.onConflict((conflict) => conflicts.push(conflict));
    for (let i = 0; i < 3; i++) zones.sight('Broker', 'A', { offset: 0, time: NOW + i });
    expect(conflicts).toEqual([{ server: 'Broker', terminalId: 'A', reported: 0, configured: 2 * HOUR }]);
    expect(zones.isContradicted('A')).toBe(true);
    zones.sight('Broker', 'A', { offset: 2 * HOUR, time: NOW + 10 });
    expect(zones.isContradicted('A')).toBe(false);
  });

  it('learns from terminals and weeks, and knows it after a restart', async () => {
    const { zones, store } = world();
    zones.sight('Broker', 'A', { offset: 2 * HOUR, time: NOW });
    zones.learnWeekends('Broker', WEEKENDS);
    expect(zones.report('Broker')).toMatchObject({ source: 'learned', rules: ['EU+02:00/+03:00'], weekends: 5 });
    const offsets = (of: ServerZones) =>
      ['2026-10-01T12:00', '2026-10-20T12:00', '2026-10-28T12:00', '2026-11-26T12:00'].map((time) =>
        of.zoneOf('Broker').offsetAt(utc(time)),
      );
    expect(offsets(zones)).toEqual([undefined, 3 * HOUR, 2 * HOUR, 2 * HOUR]);
    await zones.close();
    const again = world({}, store).zones;
    expect(offsets(again)).toEqual([undefined, undefined, undefined, undefined]);
    await again.load();
    expect(offsets(again)).toEqual(offsets(zones));
    expect(again.report('Broker')).toEqual(zones.report('Broker'));
  });

  it('believes another offset only when nothing contradicts it for half a minute', () => {
    const { zones, clock } = world();
    const tell = (offset: number, second: number) => zones.sight('Broker', 'A', { offset, time: NOW + second });
    tell(2 * HOUR, 0);
    for (let second = 1; second < 100; second++) {
      clock.advance(1000);
      tell(second % 3 === 0 ? 2 * HOUR : 4 * HOUR, second);
    }
    expect(zones.report('Broker').sightings).toBe(1);
    for (let second = 100; second < 140; second++) {
      clock.advance(1000);
      tell(3 * HOUR, second);
    }
    expect(zones.report('Broker').sightings).toBe(2);
    const zone = zones.zoneOf('Broker');
    expect([zone.offsetAt(NOW + 50), zone.offsetAt(NOW + 139)]).toEqual([2 * HOUR, 3 * HOUR]);
  });

  it('does not take two sightings with a silent summer between them for one', () => {
    const { zones } = world();
    zones.sight('Broker', 'A', { offset: 2 * HOUR, time: utc('2026-02-02T12:00') });
    zones.sight('Broker', 'A', { offset: 2 * HOUR, time: NOW });
    const zone = zones.zoneOf('Broker');
    expect([zone.offsetAt(utc('2026-07-01T12:00')), zone.offsetAt(NOW)]).toEqual([undefined, 2 * HOUR]);
  });

  it('goes on learning while the database is away, and writes and reads everything afterwards', async () => {
    const { zones, store, clock } = world();
    await store.write('Broker', { sightings: [], weekends: WEEKENDS });
    store.away = true;
    const failures: unknown[] = [];
    zones.onStoreError((error) => failures.push(error));
    await zones.load();
    zones.sight('Broker', 'A', { offset: 2 * HOUR, time: NOW });
    await clock.advanceAsync(15_000, 100);
    expect(failures.length).toBeGreaterThan(1);
    store.away = false;
    await clock.advanceAsync(30_000, 100);
    expect(zones.report('Broker')).toMatchObject({ rules: ['EU+02:00/+03:00'], weekends: 5, sightings: 1 });
    expect((await store.all()).get('Broker')!.sightings).toEqual([{ offset: 2 * HOUR, from: NOW, to: NOW }]);
  });
});

const folder = candlesFolder();

/** Recorded in Eastern European time with European dates. */
const EUROPEAN = ['AUDUSD_H1', 'GBPJPY_H1', 'USDCAD_H1'];
const files = folder === undefined ? [] : candleFiles(folder).filter(({ name }) => EUROPEAN.includes(name));

describe('zones learned from candles', () => {
  it('know nothing of a server whose bars tell nothing', () => {
    const { zones } = world();
    expect(zones.zoneOf('Broker').offsetAt(NOW)).toBeUndefined();
  });

  if (files.length === 0) return;
  it.each(files)('find European summer time in $name', ({ path }) => {
    const bars = readCandleFile(path);
    const { zones } = world();
    zones.learnWeekends('Broker', weekendEdges(bars));
    expect(zones.report('Broker')).toMatchObject({ source: 'learned', rules: ['EU+02:00/+03:00'] });
    const zone = zones.zoneOf('Broker');
    const athens = new RuleZone(parseZoneRule('Europe/Athens')!);
    const times = [...bars.time].slice(200);
    const wrong = times.filter((time) => ![undefined, athens.offsetAt(time)].includes(zone.offsetAt(time)));
    const unknown = times.filter((time) => zone.offsetAt(time) === undefined);
    expect(wrong).toEqual([]);
    expect(unknown.length / times.length).toBeLessThan(0.01);
  });
});

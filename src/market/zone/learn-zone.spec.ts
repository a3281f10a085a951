import { describe, expect, it } from '@jest/globals';
import { Bars } from '../bars.js';
import { forexWeekend, saturdayOf } from './forex-week.js';
import { learnZone, type LearnedZone } from './learn-zone.js';
import { RuleZone } from './rule-zone.js';
import { showsForexWeek, weekendEdges, type WeekendEdges } from './weekend-edges.js';
import { parseZoneRule } from './zone-rule.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;
const zoneOf = (text: string): RuleZone => new RuleZone(parseZoneRule(text)!);

/** H1 bars of a currency pair whose server follows a rule: every hour in which the market is open. */
function hoursOf(rule: string, from: string, to: string, { cutOff = false } = {}): Bars {
  const zone = zoneOf(rule);
  const times: number[] = [];
  for (let hour = utc(from); hour < utc(to); hour += HOUR) {
    const saturday = saturdayOf(hour - DAY / 2) + WEEK;
    const { close } = forexWeekend(saturday);
    const { open } = forexWeekend(saturday - WEEK);
    const [opens, closes] = [zone.fromUtc(open), zone.fromUtc(close)];
    const inside = hour + HOUR > opens && hour < closes;
    const weekday = new Date(hour * 1000).getUTCDay();
    if (inside && !(cutOff && (weekday === 0 || weekday === 6))) times.push(hour);
  }
  return Bars.from(
    times.map((time) => ({
      time,
      ...{ open: 1, high: 1, low: 1, close: 1, tickVolume: 1, spread: 1, realVolume: 0 },
    })),
  );
}

const weekendsOf = (...bars: Bars[]): WeekendEdges[] => bars.flatMap(weekendEdges);
const sighting = (offset: number, from: string, to = from) => ({ offset: offset * HOUR, from: utc(from), to: utc(to) });

/** Hours of the bars at which the learned offset is not the rule's, or not known. */
function differences({ zone }: LearnedZone, rule: string, bars: Bars): { wrong: number; unknown: number } {
  const truth = zoneOf(rule);
  const offsets = [...bars.time].map((time) => [zone.offsetAt(time), truth.offsetAt(time)]);
  return {
    wrong: offsets.filter(([learned, right]) => learned !== undefined && learned !== right).length,
    unknown: offsets.filter(([learned]) => learned === undefined).length,
  };
}

const SPAN = ['2025-02-03T00:00', '2026-11-28T00:00'] as const;
const RULES = ['EU+2/+3', 'US+2/+3', 'UTC+3', 'UTC', 'EU+0/+1', 'UTC+9', 'US-5/-4'];

describe('learnZone', () => {
  describe.each([false, true])('with bars outside of Monday to Friday cut off: %p', (cutOff) => {
    it.each(RULES)('finds %s from a terminal of today and the edges of weeks', (rule) => {
      // Of the first week only the close is known.
      const bars = hoursOf(rule, ...SPAN, { cutOff });
      const offset = zoneOf(rule).offsetAt(utc('2026-11-27T12:00'))! / HOUR;
      const learned = learnZone({ sightings: [sighting(offset, '2026-11-27T12:00')], weekends: weekendsOf(bars) });
      expect(learned.rules).toContain(rule.replace(/([+-])(\d)/g, '$10$2:00').replace(/^UTC$/, 'UTC+00:00'));
      expect(differences(learned, rule, bars.slice(120))).toEqual({ wrong: 0, unknown: 0 });
    });
  });

  it('is right in the weeks in which Europe and the United States differ', () => {
    for (const rule of ['EU+2/+3', 'US+2/+3']) {
      const bars = hoursOf(rule, '2025-12-01T00:00', '2026-11-28T00:00');
      const { zone } = learnZone({ sightings: [], weekends: weekendsOf(bars) });
      for (const day of ['2026-03-10T12:00', '2026-03-26T12:00', '2026-10-28T12:00'].map(utc)) {
        expect(zone.offsetAt(day)).toBe(zoneOf(rule).offsetAt(day));
      }
    }
  });

  it('needs no terminal: the edges of weeks are enough', () => {
    const bars = hoursOf('EU+2/+3', ...SPAN);
    expect(differences(learnZone({ sightings: [], weekends: weekendsOf(bars) }), 'EU+2/+3', bars)).toEqual({
      wrong: 0,
      unknown: 0,
    });
  });

  it('learns half-hour zones from a terminal and the edges of weeks', () => {
    const bars = hoursOf('UTC+5:30', ...SPAN);
    const learned = learnZone({ sightings: [sighting(5.5, '2026-11-27T12:00')], weekends: weekendsOf(bars) });
    expect(learned.rules).toEqual(['UTC+05:30']);
    expect(differences(learned, 'UTC+5:30', bars)).toEqual({ wrong: 0, unknown: 0 });
  });

  it('knows an offset only where it was seen, when nothing else is known', () => {
    const { zone, knownFrom } = learnZone({
      sightings: [sighting(2, '2026-11-26T00:00', '2026-11-27T12:00')],
      weekends: [],
    });
    const offsets = ['2026-11-25T23:59:59', '2026-11-26T00:00', '2026-11-27T12:00', '2026-11-30T12:00'].map(utc);
    expect(offsets.map((time) => zone.offsetAt(time))).toEqual([undefined, 2 * HOUR, 2 * HOUR, undefined]);
    expect(knownFrom).toBe(utc('2026-11-26T00:00'));
  });

  it('knows nothing without evidence', () => {
    const learned = learnZone({ sightings: [], weekends: [] });
    expect(learned).toMatchObject({ rules: [], knownFrom: undefined });
    expect(learned.zone.offsetAt(utc('2026-11-26T00:00'))).toBeUndefined();
  });

  it('leaves unknown what lies before the oldest evidence and in a long time without any', () => {
    const bars = [
      hoursOf('EU+2/+3', '2025-01-06T00:00', '2025-02-03T00:00'),
      hoursOf('EU+2/+3', '2026-01-05T00:00', '2026-02-02T00:00'),
    ];
    const { zone } = learnZone({ sightings: [], weekends: weekendsOf(...bars) });
    const known = ['2024-12-20T12:00', '2025-01-15T12:00', '2025-07-01T12:00', '2026-01-15T12:00'].map(utc);
    expect(known.map((time) => zone.offsetAt(time))).toEqual([undefined, 2 * HOUR, undefined, 2 * HOUR]);
  });

  it('leaves only the weeks unknown in which the rules differ that fit', () => {
    // Cut-off weeks of which those that tell the rules apart were never seen.
    const bars = [
      hoursOf('EU+2/+3', '2026-01-05T00:00', '2026-03-08T00:00', { cutOff: true }),
      hoursOf('EU+2/+3', '2026-03-30T00:00', '2026-06-01T00:00', { cutOff: true }),
    ];
    const { zone, rules } = learnZone({ sightings: [], weekends: weekendsOf(...bars) });
    expect(rules).toEqual(expect.arrayContaining(['EU+02:00/+03:00', 'US+02:00/+03:00']));
    const offsets = ['2026-03-05T12:00', '2026-03-18T12:00', '2026-04-02T12:00'].map(utc);
    expect(offsets.map((time) => zone.offsetAt(time))).toEqual([2 * HOUR, undefined, 3 * HOUR]);
  });

  it('follows a broker that changes its rule', () => {
    const before = hoursOf('EU+2/+3', '2024-01-01T00:00', '2025-06-02T00:00');
    const after = hoursOf('US+2/+3', '2025-06-02T00:00', '2026-11-28T00:00');
    const learned = learnZone({ sightings: [sighting(2, '2026-11-27T12:00')], weekends: weekendsOf(before, after) });
    expect(differences(learned, 'EU+2/+3', before)).toEqual({ wrong: 0, unknown: 0 });
    expect(differences(learned, 'US+2/+3', after)).toEqual({ wrong: 0, unknown: 0 });
    const moved = learnZone({
      sightings: [
        sighting(2, '2026-01-12T12:00', '2026-02-27T12:00'),
        sighting(0, '2026-03-02T12:00', '2026-03-05T12:00'),
      ],
      weekends: [],
    });
    expect(moved.zone.offsetAt(utc('2026-02-01T12:00'))).toBe(2 * HOUR);
    expect(moved.zone.offsetAt(utc('2026-03-03T12:00'))).toBe(0);
  });

  it('is not misled by single odd weekends', () => {
    const bars = hoursOf('EU+2/+3', ...SPAN);
    const odd = weekendsOf(bars).map((edges, i) => {
      if (i === 20) return { ...edges, last: edges.saturday + 10 * HOUR };
      if (i === 40) return { ...edges, last: edges.last - HOUR };
      return i === 60 ? { ...edges, first: edges.first + 20 * HOUR } : edges;
    });
    const learned = learnZone({ sightings: [sighting(2, '2026-11-27T12:00')], weekends: odd });
    expect(differences(learned, 'EU+2/+3', bars)).toEqual({ wrong: 0, unknown: 0 });
  });

  it('believes terminals over rules: a zone that no rule fits is known where it was seen', () => {
    const sightings = [
      sighting(10, '2026-09-07T00:00', '2026-10-03T15:59:59'),
      sighting(11, '2026-10-03T17:00', '2026-11-27T12:00'),
    ];
    const { zone } = learnZone({ sightings, weekends: [] });
    const offsets = ['2026-10-01T00:00', '2026-10-05T00:00', '2026-11-20T00:00'].map(utc);
    expect(offsets.map((time) => zone.offsetAt(time))).toEqual([10 * HOUR, 11 * HOUR, 11 * HOUR]);
  });

  it('takes twenty years of weeks in well under a second', () => {
    const weekends = weekendsOf(hoursOf('EU+2/+3', '2006-01-02T00:00', '2026-11-28T00:00'));
    expect(weekends.length).toBeGreaterThan(1000);
    expect(learnZone({ sightings: [], weekends }).rules).toEqual(['EU+02:00/+03:00']);
  });
});

describe('weekend edges', () => {
  it('are read from minutes as well, to the hour, and only from major currencies', () => {
    const bar = { open: 1, high: 1, low: 1, close: 1, tickVolume: 1, spread: 1, realVolume: 0 };
    const times = ['2026-11-20T23:55', '2026-11-23T00:05', '2026-11-23T00:10'].map(utc);
    expect(weekendEdges(Bars.from(times.map((time) => ({ time, ...bar }))))).toEqual([
      { saturday: utc('2026-11-21T00:00'), last: utc('2026-11-20T23:00'), first: utc('2026-11-23T00:00') },
    ]);
    const shows = (symbol: string, timeframe: 'M5' | 'H1' | 'H4') => showsForexWeek(symbol, timeframe);
    expect([shows('EURUSD', 'M5'), shows('AUDJPY', 'H1')]).toEqual([true, true]);
    expect([shows('EURUSD', 'H4'), shows('XAUUSD', 'H1'), shows('US30', 'H1')]).toEqual([false, false, false]);
  });
});

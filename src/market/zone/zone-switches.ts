/** One change of a zone's offset from UTC, all in seconds. */
export interface ZoneSwitch {
  /** UTC of the change. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const DAY = 86_400;
/** No zone keeps an offset for a shorter time: the shortest is a month (summer time suspended in Ramadan). */
const PROBE_SECONDS = 14 * DAY;
/** Span that one query of Intl covers. */
const PERIOD_SECONDS = 26 * PROBE_SECONDS;

/** Offsets of one IANA zone. Intl is asked once per period of a year; the rest is arithmetic on its answers. */
export class ZoneSwitches {
  private static readonly known = new Map<string, ZoneSwitches>();
  private readonly format: Intl.DateTimeFormat;
  private readonly periods = new Map<number, { readonly first: number; readonly switches: readonly ZoneSwitch[] }>();

  private constructor(name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  }

  /** The switches of a zone, one instance per name. @throws RangeError when Intl does not know the zone */
  static of(name: string): ZoneSwitches {
    const known = ZoneSwitches.known.get(name) ?? new ZoneSwitches(name);
    ZoneSwitches.known.set(name, known);
    return known;
  }

  /** The zone's time minus UTC at a UTC second. */
  offsetAtUtc(utc: number): number {
    const { first, switches } = this.period(Math.floor(utc / PERIOD_SECONDS));
    let offset = first;
    for (const { at, after } of switches) if (at <= utc) offset = after;
    return offset;
  }

  /** The switches in [from, to], both UTC seconds, ascending. */
  between(from: number, to: number): ZoneSwitch[] {
    const found: ZoneSwitch[] = [];
    const last = Math.floor(to / PERIOD_SECONDS);
    for (let period = Math.floor(from / PERIOD_SECONDS); period <= last; period++) {
      found.push(...this.period(period).switches);
    }
    return found.filter(({ at }) => at >= from && at <= to);
  }

  private period(index: number) {
    let known = this.periods.get(index);
    if (known === undefined) {
      const from = index * PERIOD_SECONDS;
      known = { first: this.ask(from), switches: this.search(from, from + PERIOD_SECONDS) };
      this.periods.set(index, known);
    }
    return known;
  }

  private search(from: number, to: number): ZoneSwitch[] {
    const switches: ZoneSwitch[] = [];
    let before = this.ask(from);
    for (let left = from; left < to; left += PROBE_SECONDS) {
      const right = Math.min(to, left + PROBE_SECONDS);
      const after = this.ask(right);
      if (after === before) continue;
      switches.push({ at: this.bisect(left, right, before), before, after });
      before = after;
    }
    return switches;
  }

  /** The first second in (left, right] whose offset is not `before`. */
  private bisect(left: number, right: number, before: number): number {
    let [low, high] = [left, right];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.ask(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  private ask(utc: number): number {
    const parts = new Map(this.format.formatToParts(utc * 1000).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const wall = Date.UTC(number('year'), number('month') - 1, number('day'), number('hour'), number('minute'));
    return wall / 1000 + number('second') - utc;
  }
}

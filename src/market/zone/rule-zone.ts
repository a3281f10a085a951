import { clipSpans, type OffsetSpan, ServerZone } from './server-zone.js';
import type { SummerDates, ZoneRule } from './zone-rule.js';
import { type ZoneSwitch, ZoneSwitches } from './zone-switches.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** A zone that switches on these dates, and its offset outside summer time. */
const REFERENCE: Readonly<Record<SummerDates, { readonly name: string; readonly standard: number }>> = {
  EU: { name: 'Europe/Berlin', standard: HOUR },
  US: { name: 'America/New_York', standard: -5 * HOUR },
};
/** Longer than any time between two switches of a rule that has them. */
const LOOK_BACK = 400 * DAY;

/** A server that follows one rule at all times. */
export class RuleZone extends ServerZone {
  constructor(private readonly rule: ZoneRule) {
    super();
  }

  override spans(from: number, to: number): readonly OffsetSpan[] {
    const start = from - LOOK_BACK;
    const spans = [{ from: -Infinity, offset: this.offsetAtUtc(start) }, ...this.switches(start, to + DAY).map(spanOf)];
    return clipSpans(spans, from, to);
  }

  override fromUtc(utc: number): number {
    return utc + this.offsetAtUtc(utc);
  }

  /** Whether the offset changes within `seconds` of a UTC time. */
  switchesNear(utc: number, seconds: number): boolean {
    return this.switches(utc - seconds, utc + seconds).length > 0;
  }

  private offsetAtUtc(utc: number): number {
    const { rule } = this;
    if (rule.kind === 'fixed') return rule.offset;
    if (rule.kind === 'zone') return ZoneSwitches.of(rule.name).offsetAtUtc(utc);
    return this.summerOffset(ZoneSwitches.of(REFERENCE[rule.dates].name).offsetAtUtc(utc));
  }

  private switches(fromUtc: number, toUtc: number): ZoneSwitch[] {
    const { rule } = this;
    if (rule.kind === 'fixed') return [];
    const name = rule.kind === 'zone' ? rule.name : REFERENCE[rule.dates].name;
    const switches = ZoneSwitches.of(name).between(fromUtc, toUtc);
    if (rule.kind === 'zone') return switches;
    return switches.map(({ at, before, after }) => {
      return { at, before: this.summerOffset(before), after: this.summerOffset(after) };
    });
  }

  private summerOffset(reference: number): number {
    const { rule } = this;
    if (rule.kind !== 'summer-time') throw new RangeError(`${rule.kind} has no summer time of another zone`);
    return reference === REFERENCE[rule.dates].standard ? rule.standard : rule.summer;
  }
}

/** The new offset holds behind the hour that the switch repeats (going back) or skips (going forward). */
function spanOf({ at, before, after }: ZoneSwitch): OffsetSpan {
  return { from: at + Math.max(before, after), offset: after };
}

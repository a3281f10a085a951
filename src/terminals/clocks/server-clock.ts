import type { ConfiguredZone } from '../../config/index.js';
import {
  formatZoneRule,
  type LearnedZone,
  learnZone,
  mergeEdges,
  type OffsetSighting,
  RuleZone,
  type ServerZone,
  type WeekendEdges,
  type ZoneEvidence,
} from '../../market/index.js';

/** The source of a server's zone. */
export type ZoneSource = 'override' | 'learned' | 'unknown';

/** A server's zone and its source. */
export interface ZoneReport {
  readonly source: ZoneSource;
  /** The rules that hold now, as text; several while the evidence does not distinguish them. */
  readonly rules: readonly string[];
  /** Server time of the first known offset; undefined = known at all times (override) or never (unknown). */
  readonly knownFrom: number | undefined;
  /** Number of offsets that terminals sent, and of weekends that bars showed. */
  readonly sightings: number;
  readonly weekends: number;
}

/** New evidence that is not stored yet. */
export interface UnwrittenEvidence {
  readonly sightings: readonly OffsetSighting[];
  readonly weekends: readonly WeekendEdges[];
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** A sighting ends when it is not renewed for this long: the clock may have been switched there and back. */
const MAX_SILENCE = 7 * DAY;
/** A sighting is stored and learned from again when it grew by this much. */
const NOTED_EVERY = 6 * HOUR;
/** A new offset is believed once terminals sent it without contradiction for this long, real milliseconds. */
const CONFIRM_MS = 30_000;

/** The clock of one broker's server: all evidence, and the zone that follows from it. */
export class ServerClock {
  private readonly override: ConfiguredZone | undefined;
  private readonly fixed: RuleZone | undefined;
  private readonly sightings: OffsetSighting[] = [];
  private readonly weekends = new Map<number, WeekendEdges>();
  private readonly unwrittenSightings = new Map<number, OffsetSighting>();
  private readonly unwrittenWeekends = new Map<number, WeekendEdges>();
  private pending: { readonly offset: number; readonly time: number; readonly sinceMs: number } | undefined;
  private learned: LearnedZone | undefined;
  private notedTo = -Infinity;

  constructor(zones: readonly ConfiguredZone[], name: string) {
    this.override = zones.find(({ server }) =>
      server.endsWith('*') ? name.startsWith(server.slice(0, -1)) : name === server,
    );
    this.fixed = this.override && new RuleZone(this.override.rule);
  }

  get zone(): ServerZone {
    return this.fixed ?? this.learn().zone;
  }

  get report(): ZoneReport {
    const counts = { sightings: this.sightings.length, weekends: this.weekends.size };
    if (this.override !== undefined) {
      return { source: 'override', rules: [formatZoneRule(this.override.rule)], knownFrom: undefined, ...counts };
    }
    const { rules, knownFrom } = this.learn();
    return { source: knownFrom === undefined ? 'unknown' : 'learned', rules, knownFrom, ...counts };
  }

  /** Takes the offset that a terminal sent at a server second. True when it adds to what is known. */
  sight(offset: number, time: number, atMs: number): boolean {
    const last = this.sightings.at(-1);
    if (last !== undefined && last.offset === offset && time - last.to <= MAX_SILENCE) {
      this.pending = undefined;
      if (time <= last.to) return false;
      this.sightings[this.sightings.length - 1] = { ...last, to: time };
      return time - this.notedTo >= NOTED_EVERY && this.note();
    }
    if (last !== undefined && last.offset !== offset && !this.confirmed(offset, time, atMs)) return false;
    // An hour that a switch repeats belongs to the offset from before it.
    const from = Math.max(this.pending?.time ?? time, (last?.to ?? -Infinity) + 1);
    this.pending = undefined;
    this.sightings.push({ offset, from, to: Math.max(from, time) });
    return this.note();
  }

  /** Takes the weekends of a currency pair. True when one adds to what is known. */
  learnWeekends(weekends: readonly WeekendEdges[]): boolean {
    let isNews = false;
    for (const edges of weekends) {
      const known = this.weekends.get(edges.saturday);
      const merged = known === undefined ? edges : mergeEdges(known, edges);
      if (known?.last === merged.last && known.first === merged.first) continue;
      this.weekends.set(edges.saturday, merged);
      this.unwrittenWeekends.set(edges.saturday, merged);
      isNews = true;
    }
    if (isNews) this.learned = undefined;
    return isNews;
  }

  /** Adds stored evidence; evidence seen meanwhile stays. */
  adopt({ sightings, weekends }: ZoneEvidence): void {
    const first = this.sightings[0]?.from ?? Infinity;
    this.sightings.unshift(...sightings.filter(({ to }) => to < first));
    for (const edges of weekends) {
      if (!this.weekends.has(edges.saturday)) this.weekends.set(edges.saturday, edges);
    }
    this.learned = undefined;
  }

  /** Hands over the unwritten evidence, which counts as written from then on. */
  takeUnwritten(): UnwrittenEvidence {
    const taken = { sightings: [...this.unwrittenSightings.values()], weekends: [...this.unwrittenWeekends.values()] };
    this.unwrittenSightings.clear();
    this.unwrittenWeekends.clear();
    return taken;
  }

  /** Takes back evidence that could not be written; newer evidence wins. */
  giveBack({ sightings, weekends }: UnwrittenEvidence): void {
    for (const sighting of sightings) {
      if (!this.unwrittenSightings.has(sighting.from)) this.unwrittenSightings.set(sighting.from, sighting);
    }
    for (const edges of weekends) {
      if (!this.unwrittenWeekends.has(edges.saturday)) this.unwrittenWeekends.set(edges.saturday, edges);
    }
  }

  /** Whether terminals sent a new offset for long enough; a contradiction starts the count over. */
  private confirmed(offset: number, time: number, atMs: number): boolean {
    if (this.pending?.offset !== offset) this.pending = { offset, time, sinceMs: atMs };
    return atMs - this.pending.sinceMs >= CONFIRM_MS;
  }

  private note(): true {
    const newest = this.sightings.at(-1)!;
    this.unwrittenSightings.set(newest.from, newest);
    this.notedTo = newest.to;
    this.learned = undefined;
    return true;
  }

  private learn(): LearnedZone {
    return (this.learned ??= learnZone({
      sightings: this.sightings,
      weekends: [...this.weekends.values()].sort((a, b) => a.saturday - b.saturday),
    }));
  }
}

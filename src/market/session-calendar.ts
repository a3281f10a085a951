/** A stretch of one weekday in which a symbol is quoted. */
export interface OpenHours {
  /** 0 = Sunday. */
  readonly weekday: number;
  /** Seconds from server midnight, 0 to 86400. */
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400;
const WEEK = 7 * DAY;
/** 1 January 1970 was a Thursday: the Sunday before it is 4 days back. */
const SUNDAY = -4 * DAY;

/** When a symbol is quoted, week after week, in server time. Without holidays. */
export class SessionCalendar {
  /** Monday to Friday around the clock: the assumption for a symbol without known sessions. */
  static readonly WEEKDAYS = new SessionCalendar([1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 0, to: DAY })));

  /** Open stretches in seconds of the week (0 = Sunday 00:00), ascending, apart from each other. */
  private readonly stretches: readonly { readonly from: number; readonly to: number }[];
  private readonly openPerWeek: number;

  private constructor(sessions: readonly OpenHours[]) {
    this.stretches = joined(sessions);
    this.openPerWeek = this.stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** A calendar of these sessions. Impossible ones are left out; {@link WEEKDAYS} when none is left. */
  static of(sessions: readonly OpenHours[]): SessionCalendar {
    const possible = sessions.filter((session) => SessionCalendar.isPossible(session));
    return possible.length === 0 ? SessionCalendar.WEEKDAYS : new SessionCalendar(possible);
  }

  /** Whether the stretch lies within one day and ends after it begins. */
  static isPossible({ weekday, from, to }: OpenHours): boolean {
    return Number.isInteger(weekday) && weekday >= 0 && weekday <= 6 && from >= 0 && from < to && to <= DAY;
  }

  /** Whether both have the same open hours. */
  equals(other: SessionCalendar): boolean {
    const [ours, theirs] = [this.stretches, other.stretches];
    return (
      ours.length === theirs.length && ours.every(({ from, to }, i) => from === theirs[i]!.from && to === theirs[i]!.to)
    );
  }

  /** Whether the symbol is quoted at `time`, server seconds. */
  isOpen(time: number): boolean {
    const second = secondOfWeek(time);
    return this.stretches.some(({ from, to }) => from <= second && second < to);
  }

  /** Seconds of [from, to) in which the symbol is quoted; 0 when `to` is not later. */
  openSecondsBetween(from: number, to: number): number {
    return to <= from ? 0 : this.openSecondsUntil(to) - this.openSecondsUntil(from);
  }

  private openSecondsUntil(time: number): number {
    const second = secondOfWeek(time);
    const weeks = Math.floor((time - SUNDAY) / WEEK);
    const thisWeek = this.stretches.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, second) - from), 0);
    return weeks * this.openPerWeek + thisWeek;
  }
}

function secondOfWeek(time: number): number {
  return (((time - SUNDAY) % WEEK) + WEEK) % WEEK;
}

function joined(sessions: readonly OpenHours[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  const ofWeek = sessions.map(({ weekday, from, to }) => ({ from: weekday * DAY + from, to: weekday * DAY + to }));
  for (const { from, to } of ofWeek.sort((a, b) => a.from - b.from)) {
    const last = stretches.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else stretches.push({ from, to });
  }
  return stretches;
}

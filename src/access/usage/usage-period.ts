import { InvalidParameterError, type ParameterFault } from '../../http/index.js';

/** Days from one to before another, `YYYY-MM-DD` in UTC. */
export interface UsagePeriod {
  readonly from: string;
  /** The day after the last. */
  readonly to: string;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

/** What a day looks like; that it exists is checked by {@link isDay}. */
export const DAY_PATTERN = /^[2-9][0-9]{3}-[0-9]{2}-[0-9]{2}$/;

/** Whether a text names a day of the calendar. */
export function isDay(text: string): boolean {
  if (!DAY_PATTERN.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && dayOf(ms) === text;
}

/**
 * The days that a query asks for. Without `to` it ends with today, without `from` it has 30 days.
 *
 * @param nowMs wall clock
 * @throws InvalidParameterError for days that do not exist, are in the wrong order or more than 366
 */
export function usagePeriod({ from, to }: Partial<UsagePeriod>, nowMs: number): UsagePeriod {
  const faults: ParameterFault[] = [];
  for (const [parameter, value] of Object.entries({ from, to })) {
    if (value !== undefined && !isDay(value)) faults.push({ parameter, message: 'must be a day that exists' });
  }
  if (faults.length > 0) throw new InvalidParameterError(faults);
  const toMs = to === undefined ? startOfDay(nowMs) + DAY_MS : Date.parse(to);
  const fromMs = from === undefined ? toMs - DEFAULT_DAYS * DAY_MS : Date.parse(from);
  if (fromMs >= toMs) throw InvalidParameterError.of('to', 'must be after from; it is the day after the last');
  if (toMs - fromMs > MAX_DAYS * DAY_MS)
    throw InvalidParameterError.of('from', `must be at most ${MAX_DAYS} days before to`);
  return { from: dayOf(fromMs), to: dayOf(toMs) };
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

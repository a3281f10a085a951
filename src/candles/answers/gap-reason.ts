import type { Steps } from '../../kernel/index.js';
import { barClose, type Gap, type TradingHours } from '../../market/index.js';
import type { SeriesSnapshot } from '../series-registry.js';

const DAY = 86_400;
/** Days that are looked at: no market rests longer. */
const MAX_HOLIDAYS = 14;

/**
 * The gap with its reason. It is `refused` where the terminal has a bar in it that the gateway refused. It is a
 * `closed-day` when it holds at least one whole day that this series trades on, and the server was closed on every such
 * day; an early closing before and a late opening behind belong to it. One step a day.
 */
export function* reasonSteps(
  gap: Gap,
  { timeframe, serverDays, refused }: SeriesSnapshot,
  hours: TradingHours,
): Steps<Gap> {
  if (hasBetween(refused, gap.after, gap.before)) return { ...gap, reason: 'refused' };
  const from = Math.ceil(barClose(timeframe, gap.after) / DAY) * DAY;
  if (timeframe === 'W1' || timeframe === 'MN1' || gap.before - from > MAX_HOLIDAYS * DAY) return gap;
  let closed = 0;
  for (let day = from; day + DAY <= gap.before; day += DAY) {
    if (hours.expectedBetween(day, day + DAY) === 0) continue;
    if (!serverDays.isClosed(day)) return gap;
    closed++;
    yield;
  }
  return closed === 0 ? gap : { ...gap, reason: 'closed-day' };
}

/** Whether one of the ascending `times` lies between the two, themselves left out. */
function hasBetween(times: readonly number[], after: number, before: number): boolean {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low < times.length && times[low]! < before;
}

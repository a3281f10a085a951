import { isTimeframe, TIMEFRAMES, type Timeframe } from '../../market/index.js';
import type { Faults } from '../environment/faults.js';
import { membersOf, section, type Values } from '../environment/section.js';
import { integer, text } from '../environment/variable.js';
import type { TierSettings } from './tier-settings.js';

export const SERIES = section('Series', {
  seriesBars: integer('SERIES_BARS', {
    about: 'Closed bars kept in memory per symbol and timeframe.',
    range: [5200, 100_000, 'bars'],
    default: 10_000,
  }),
  closeGraceMs: integer('CLOSE_GRACE_MS', {
    about: "A bar counts as closed this long after its end by the terminal's server time.",
    range: [0, 1500, 'milliseconds'],
    default: 1000,
  }),
  heartbeatFreshMs: integer('HEARTBEAT_FRESH_MS', {
    about: 'Time after a heartbeat during which the server time is trusted.',
    range: [1000, 60_000, 'milliseconds'],
    default: 10_000,
  }),
  verifyIntervalMs: integer('SERIES_VERIFY_INTERVAL_MS', {
    about: 'Every live series is compared with its terminal once per interval, and soon after each reconnect.',
    range: [500, 604_800_000, 'milliseconds'],
    default: 21_600_000,
  }),
  candleRetention: text('CANDLE_RETENTION', {
    about: 'Retention of bars in the database, by timeframe; the newest SERIES_BARS of a series always stay.',
    form: 'a list such as M1=30d,M5=180d (days)',
    pattern: /^[A-Z0-9]+=[0-9]{1,5}d(,[A-Z0-9]+=[0-9]{1,5}d)*$/,
    unset: 'forever',
  }),
});

/** Series in memory. */
export class SeriesSettings extends membersOf<
  Omit<Values<typeof SERIES>, 'candleRetention'> & {
    /** Served timeframes, shortest first. */
    readonly timeframes: readonly Timeframe[];
  }
>() {}

/** Retention of bars in the database. */
export class CandleRetentionSettings extends membersOf<{
  /** Days by timeframe; bars of other timeframes stay forever. */
  readonly days: ReadonlyMap<Timeframe, number>;
  /** Number of newest bars of each series that stay at any age: those that are held in memory. */
  readonly keptBars: number;
}>() {}

/** Serves the timeframes of all tiers. */
export function seriesSettings(values: Values<typeof SERIES>, { tiers }: TierSettings): SeriesSettings {
  const { candleRetention: _, ...inMemory } = values;
  const used = new Set<Timeframe>(tiers.flatMap((tier) => tier.timeframes));
  return new SeriesSettings({ ...inMemory, timeframes: TIMEFRAMES.filter((timeframe) => used.has(timeframe)) });
}

/** A text of the wrong form has its fault already. */
export function candleRetentionSettings(values: Values<typeof SERIES>, faults: Faults): CandleRetentionSettings {
  const days = new Map<Timeframe, number>();
  for (const [, timeframe = '', count] of values.candleRetention?.matchAll(/([A-Z0-9]+)=([0-9]{1,5})d/g) ?? []) {
    if (!isTimeframe(timeframe)) faults.add('CANDLE_RETENTION names a timeframe that MetaTrader does not have');
    else if (days.has(timeframe)) faults.add(`CANDLE_RETENTION names ${timeframe} twice`);
    else if (Number(count) < 1) faults.add(`CANDLE_RETENTION must keep ${timeframe} for at least 1d`);
    else days.set(timeframe, Number(count));
  }
  return new CandleRetentionSettings({ days, keptBars: values.seriesBars });
}

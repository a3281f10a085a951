import type { CandleRetentionSettings } from '../../config/index.js';
import type { Clock } from '../../kernel/index.js';
import type { Database } from '../database/database.js';

/** Bars per statement: a few milliseconds, which writers and readers do not notice. */
const BATCH_BARS = 5000;
const SECONDS_PER_DAY = 86_400;

/** The earliest wall clock on earth; a series of unknown offset keeps its bars some hours longer. */
const WESTERNMOST_OFFSET = -12 * 3600;

const SERIES = 'SELECT id, utc_offset_seconds FROM series WHERE timeframe = $1 ORDER BY id';
/** Time of the oldest of the newest $2 bars. */
const KEPT_FROM = 'SELECT time FROM candle WHERE series_id = $1 ORDER BY time DESC OFFSET $2 LIMIT 1';
/** Also clears `reaches_start`: without its oldest bars the series no longer reaches the terminal's first bar. */
const DELETE_OLDEST = `
  WITH old AS (
    SELECT time FROM candle WHERE series_id = $1 AND time < $2 ORDER BY time LIMIT ${BATCH_BARS}
  ), gone AS (
    DELETE FROM candle USING old WHERE candle.series_id = $1 AND candle.time = old.time RETURNING 1
  ), unmarked AS (
    UPDATE series SET reaches_start = false WHERE id = $1 AND reaches_start AND EXISTS (SELECT FROM old)
  )
  SELECT count(*)::int4 FROM gone`;

/** Deletes bars older than their timeframe's retention, oldest first, in small batches. */
export class CandleRetention {
  private deletedBars = 0;

  constructor(
    private readonly database: Pick<Database, 'rows'>,
    private readonly clock: Clock,
    private readonly rule: CandleRetentionSettings,
    /** Called for every series that lost rows. */
    private readonly onTrimmed: (seriesId: number) => void = () => undefined,
  ) {}

  /** Bars that this process deleted. */
  get deleted(): number {
    return this.deletedBars;
  }

  /** @returns the number of deleted bars. @throws StoreUnavailableError; earlier batches stay deleted */
  async run(): Promise<number> {
    const before = this.deletedBars;
    for (const [timeframe, days] of this.rule.days) {
      for (const [id, offset] of await this.database.rows(SERIES, [timeframe])) {
        const serverNow = Math.floor(this.clock.nowMs() / 1000) + Number(offset ?? WESTERNMOST_OFFSET);
        await this.trim(Number(id), serverNow - days * SECONDS_PER_DAY);
      }
    }
    return this.deletedBars - before;
  }

  private async trim(seriesId: number, untilTime: number): Promise<void> {
    const [[keptFrom] = []] = await this.database.rows(KEPT_FROM, [seriesId, this.rule.keptBars - 1]);
    if (keptFrom === undefined) return;
    const until = Math.min(untilTime, Number(keptFrom));
    for (let count = BATCH_BARS; count === BATCH_BARS;) {
      const [[gone] = []] = await this.database.rows(DELETE_OLDEST, [seriesId, until]);
      count = Number(gone);
      this.deletedBars += count;
      if (count > 0) this.onTrimmed(seriesId);
    }
  }
}

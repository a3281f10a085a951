import type { CandleRetentionSettings } from '../../config/index.js';
import type { Clock } from '../../kernel/index.js';
import type { Database } from '../database/database.js';

/** Bars of one statement: a few milliseconds, so that writers and readers do not notice. */
const BATCH_BARS = 5000;
const SECONDS_PER_DAY = 86_400;

/** The earliest wall clock on earth: where a series' offset is not known, its bars stay some hours longer. */
const WESTERNMOST_OFFSET = -12 * 3600;

const SERIES = 'SELECT id, utc_offset_seconds FROM series WHERE timeframe = $1 ORDER BY id';
/** The oldest of the newest $2 bars. */
const KEPT_FROM = 'SELECT time FROM candle WHERE series_id = $1 ORDER BY time DESC OFFSET $2 LIMIT 1';
/** A series that lost its oldest bars no longer reaches back to the first bar of its terminal. */
const DELETE_OLDEST = `
  WITH old AS (
    SELECT time FROM candle WHERE series_id = $1 AND time < $2 ORDER BY time LIMIT ${BATCH_BARS}
  ), gone AS (
    DELETE FROM candle USING old WHERE candle.series_id = $1 AND candle.time = old.time RETURNING 1
  ), unmarked AS (
    UPDATE series SET reaches_start = false WHERE id = $1 AND reaches_start AND EXISTS (SELECT FROM old)
  )
  SELECT count(*)::int4 FROM gone`;

/** Deletes bars that are older than their timeframe's retention, oldest first, a small batch at a time. */
export class CandleRetention {
  private deletedBars = 0;

  constructor(
    private readonly database: Pick<Database, 'rows'>,
    private readonly clock: Clock,
    private readonly rule: CandleRetentionSettings,
    /** Told of every series that lost rows. */
    private readonly onTrimmed: (seriesId: number) => void = () => undefined,
  ) {}

  /** Bars that this process has deleted. */
  get deleted(): number {
    return this.deletedBars;
  }

  /** @returns how many bars were deleted. @throws StoreUnavailableError; what was deleted until then stays deleted */
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

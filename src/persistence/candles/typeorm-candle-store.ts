import { Injectable } from '@nestjs/common';
import { Emitter } from '../../kernel/index.js';
import type { Bars } from '../../market/index.js';
import { assertStorable, barsFromRows, columnLiterals } from './candle-rows.js';
import { DELETE_OTHER_BARS, READ_BARS, WRITE_BARS } from './candle-statements.js';
import {
  CandleStore,
  type BarQuery,
  type SeriesKey,
  type SeriesProperties,
  type StoredSeries,
} from './candle-store.js';
import { Database, type RowValues } from '../database/database.js';
import { SeriesEntity } from '../entities/series.entity.js';
import { BrokenBarsError, NotFoundInStoreError } from '../database/persistence.errors.js';
import { seriesFromRow } from './series-rows.js';

/** Bars per statement: about 300 kB and a lock time of 30 ms. */
const SLICE_BARS = 5000;

/**
 * `opened_at` is the time of the statement, not of its transaction, and later than that of every other series of the
 * symbol, so that "opened last" is unambiguous.
 */
const OPEN_SERIES = `
  INSERT INTO series (broker_server, symbol, timeframe, broker_symbol, terminal_id, digits, utc_offset_seconds, simulated,
    opened_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, greatest(clock_timestamp(), (SELECT max(opened_at) + interval '1 microsecond'
    FROM series WHERE symbol = $2 AND timeframe = $3)))
  ON CONFLICT ON CONSTRAINT series_key DO UPDATE SET terminal_id = excluded.terminal_id, digits = excluded.digits,
    utc_offset_seconds = excluded.utc_offset_seconds, simulated = excluded.simulated, opened_at = excluded.opened_at
  RETURNING id`;

type Run = (text: string, values: readonly unknown[]) => Promise<readonly RowValues[]>;

/** Statements that move many bars are written by hand, the others go through entities. */
@Injectable()
export class TypeOrmCandleStore extends CandleStore {
  private refused = 0;
  private readonly trims = new Emitter<number>();
  readonly onTrimmed = this.trims.subscribe;

  constructor(private readonly database: Database) {
    super();
  }

  /** Writes refused because of an implausible bar. */
  get refusedWrites(): number {
    return this.refused;
  }

  /** For the retention, which deletes rows directly. */
  trimmed(seriesId: number): void {
    this.trims.emit(seriesId);
  }

  async openSeries(key: SeriesKey, properties: SeriesProperties): Promise<StoredSeries> {
    const { terminalId, digits, utcOffsetSeconds, simulated } = properties;
    const [[id] = []] = await this.database.rows(OPEN_SERIES, [
      key.brokerServer,
      key.symbol,
      key.timeframe,
      key.brokerSymbol,
      terminalId,
      digits,
      utcOffsetSeconds ?? null,
      simulated,
    ]);
    return this.seriesById(Number(id));
  }

  async currentSeries(): Promise<readonly StoredSeries[]> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(SeriesEntity, 'series')
        .distinctOn(['series.symbol', 'series.timeframe'])
        .orderBy('series.symbol')
        .addOrderBy('series.timeframe')
        .addOrderBy('series.openedAt', 'DESC')
        .addOrderBy('series.id', 'DESC')
        .getMany(),
    );
    return rows.map(seriesFromRow);
  }

  async write(seriesId: number, bars: Bars): Promise<{ inserted: number; updated: number }> {
    this.assertStorable(bars);
    return writeSlices((text, values) => this.database.rows(text, values), seriesId, bars);
  }

  async replaceRange(seriesId: number, range: { from: number; to: number }, bars: Bars): Promise<void> {
    this.assertStorable(bars);
    const { from, to } = range;
    if (bars.length > 0 && (bars.at(0).time < from || bars.at(bars.length - 1).time >= to)) {
      throw new BrokenBarsError(`The bars to store are not all in [${from}, ${to}).`);
    }
    await this.database.transaction(async (manager) => {
      await manager.query(DELETE_OTHER_BARS, [seriesId, from, to, `{${bars.time.join(',')}}`]);
      await writeSlices(
        async (text, values) => (await manager.query<object[]>(text, [...values])).map(Object.values),
        seriesId,
        bars,
      );
    });
  }

  async markReachesStart(seriesId: number): Promise<void> {
    const marked = await this.database.rows('UPDATE series SET reaches_start = true WHERE id = $1 RETURNING id', [
      seriesId,
    ]);
    if (marked.length === 0) throw new NotFoundInStoreError('series', seriesId);
  }

  async read(seriesId: number, query: BarQuery): Promise<Bars> {
    const { from = 0, to = Number.MAX_SAFE_INTEGER, limit, take } = query;
    const rows = await this.database.readRows(READ_BARS[take], [seriesId, from, to, limit]);
    return barsFromRows(rows, take === 'oldest' ? 'ascending' : 'descending', seriesId);
  }

  private assertStorable(bars: Bars): void {
    try {
      assertStorable(bars);
    } catch (error) {
      this.refused++;
      throw error;
    }
  }

  private async seriesById(id: number): Promise<StoredSeries> {
    const row = await this.database.read((manager) => manager.findOneBy(SeriesEntity, { id }));
    if (row === null) throw new NotFoundInStoreError('series', id);
    return seriesFromRow(row);
  }
}

/** Writes the oldest slice first, so that a crash leaves a prefix and not a hole. */
async function writeSlices(run: Run, seriesId: number, bars: Bars): Promise<{ inserted: number; updated: number }> {
  const total = { inserted: 0, updated: 0 };
  for (let from = 0; from < bars.length; from += SLICE_BARS) {
    const slice = bars.slice(from, Math.min(from + SLICE_BARS, bars.length));
    const [[inserted, updated] = []] = await run(WRITE_BARS, [seriesId, ...columnLiterals(slice)]);
    total.inserted += Number(inserted);
    total.updated += Number(updated);
  }
  return total;
}

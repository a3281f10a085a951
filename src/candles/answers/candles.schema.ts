import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { GAP_REASONS } from '../../market/index.js';

/** A stretch without bars. */
@ApiSchema({ description: 'A stretch without bars.' })
export class GapSchema {
  @ApiProperty({
    description:
      'Open of the last bar before the gap, server time. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646341200,
    type: 'integer',
    nullable: true,
  })
  readonly after!: number | null;

  @ApiProperty({
    description:
      'Open of the first bar behind it, server time. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646352000,
    type: 'integer',
    nullable: true,
  })
  readonly before!: number | null;

  @ApiProperty({ description: 'How many bars are missing.', example: 2, type: 'integer' })
  readonly bars!: number;

  @ApiProperty({
    description:
      '`missing`: the market was open, and the terminal has no bars. `closed-day`: no symbol of the broker has a bar ' +
      'on the days of the gap (a holiday). `refused`: the terminal sent bars that are malformed.',
    enum: GAP_REASONS,
    example: 'missing',
  })
  readonly reason!: string;
}

/** From when on which offset holds. */
@ApiSchema({ description: 'From when on which offset holds.' })
export class UtcOffsetSchema {
  @ApiProperty({ description: 'Server time, whatever `time_format` is.', example: 1774753200, type: 'integer' })
  readonly from!: number;

  @ApiProperty({
    description: 'Server time minus UTC, seconds; null where it is not known.',
    example: 10800,
    type: 'integer',
    nullable: true,
  })
  readonly offset!: number | null;
}

/** What an answer with bars stands on. */
@ApiSchema({ description: 'What an answer with bars stands on.' })
export class SeriesMetadataSchema {
  @ApiProperty({ description: 'Canonical symbol.', example: 'EURUSD' })
  readonly symbol!: string;

  @ApiProperty({ description: 'Timeframe.', example: 'H1' })
  readonly timeframe!: string;

  @ApiProperty({ description: 'Tier that this request was answered for.', example: 'PRO' })
  readonly tier!: string;

  @ApiProperty({ description: 'Number of bars in the answer.', example: 1000, type: 'integer' })
  readonly bars_returned!: number;

  @ApiProperty({ description: 'Terminal that feeds the series, or did last.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({
    description: 'Fed now, only kept, or (whenever any bar came from one) simulated.',
    enum: ['terminal', 'store', 'simulator'],
    example: 'terminal',
  })
  readonly source!: string;

  @ApiProperty({
    description: 'Open of the newest bar used, server time. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646427600,
    type: 'integer',
    nullable: true,
  })
  readonly as_of!: number | null;

  @ApiProperty({ description: 'The bars may be older than they should be.', example: false })
  readonly stale!: boolean;

  @ApiProperty({
    description:
      'Whether the last bar is closed, by the terminal’s word or by server time plus at most 1.5 s; false while it is forming.',
    example: false,
  })
  readonly last_bar_complete!: boolean;

  @ApiProperty({
    description:
      'Whether the values of the last bar are final: the terminal itself has told them after the bar’s end. False while the bar is forming, and for some seconds after it was closed by server time (`last_bar_complete` is true then).',
    example: false,
  })
  readonly last_bar_confirmed!: boolean;

  @ApiProperty({
    description:
      'Server time minus UTC now, seconds; null while it is not known. Older bars need the offset that held then: see ' +
      '`utc_offsets`.',
    example: 7200,
    type: 'integer',
    nullable: true,
  })
  readonly server_utc_offset!: number | null;

  @ApiProperty({
    description:
      'Offsets over the span of the answer, oldest first: the first entry holds from the oldest time in the answer on.',
    type: [UtcOffsetSchema],
  })
  readonly utc_offsets!: UtcOffsetSchema[];

  @ApiProperty({ description: 'Decimals of a price; prices themselves are not rounded.', example: 5, type: 'integer' })
  readonly digits!: number;

  @ApiProperty({ description: 'Where bars are missing. Closing hours and weekends are no gaps.', type: [GapSchema] })
  readonly gaps!: GapSchema[];

  @ApiProperty({
    description: 'The history begins too late: the answer holds fewer bars than asked for.',
    example: false,
  })
  readonly truncated!: boolean;
}

/** One bar. */
@ApiSchema({ description: 'One bar.' })
export class CandleSchema {
  @ApiProperty({
    description:
      'Open, unix seconds in the broker’s server time. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646427600,
    type: 'integer',
    nullable: true,
  })
  readonly time!: number | null;

  @ApiProperty({ description: 'Open.', example: 1.09273 })
  readonly open!: number;

  @ApiProperty({ description: 'High.', example: 1.09301 })
  readonly high!: number;

  @ApiProperty({ description: 'Low.', example: 1.09244 })
  readonly low!: number;

  @ApiProperty({ description: 'Close.', example: 1.09277 })
  readonly close!: number;

  @ApiProperty({ description: 'Number of price changes.', example: 3120, type: 'integer' })
  readonly tick_volume!: number;

  @ApiProperty({ description: 'Traded volume; 0 = unknown.', example: 0, type: 'integer' })
  readonly real_volume!: number;

  @ApiProperty({ description: 'Smallest spread in points; 0 = unknown.', example: 2, type: 'integer' })
  readonly spread!: number;

  @ApiProperty({
    description:
      'False for the bar that is still forming. A bar closed by server time is complete; `metadata.last_bar_confirmed` says whether the terminal has confirmed the newest one.',
    example: true,
  })
  readonly complete!: boolean;
}

/** A page of bars. */
@ApiSchema({ description: 'A page of bars.' })
export class CandleDataSchema {
  @ApiProperty({ description: 'Bars, oldest first.', type: [CandleSchema] })
  readonly candles!: CandleSchema[];

  @ApiProperty({ description: 'What the page stands on.', type: SeriesMetadataSchema })
  readonly metadata!: SeriesMetadataSchema;
}

/** Answer of `GET /candles/{symbol}/{timeframe}`. */
@ApiSchema({ description: 'Answer of `GET /candles/{symbol}/{timeframe}`.' })
export class CandlePageSchema {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The page.', type: CandleDataSchema })
  readonly data!: CandleDataSchema;

  @ApiProperty({
    description: 'Give it as `cursor` to get the next page; null when there is none.',
    example: 'MS5FVVJVU0QuSDEuYi4xNjQ2NDI3NjAwLi0',
    type: 'string',
    nullable: true,
  })
  readonly next_cursor!: string | null;
}

/** What is known of a symbol. */
@ApiSchema({ description: 'What is known of a symbol.' })
export class SymbolDetailsSchema {
  @ApiProperty({ description: 'Canonical symbol.', example: 'EURUSD' })
  readonly symbol!: string;

  @ApiProperty({ description: 'What the broker calls it.', example: 'EURUSD.m' })
  readonly broker_symbol!: string;

  @ApiProperty({ description: 'Description by the broker.', example: 'Euro vs US Dollar' })
  readonly description!: string;

  @ApiProperty({ description: 'Terminal that serves it.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({ description: 'Decimals of a price.', example: 5, type: 'integer' })
  readonly digits!: number;

  @ApiProperty({ description: 'Smallest price step.', example: 0.00001 })
  readonly point!: number;

  @ApiProperty({ description: 'Units of one lot.', example: 100000 })
  readonly contract_size!: number;

  @ApiProperty({ description: 'Base currency.', example: 'EUR' })
  readonly base_currency!: string;

  @ApiProperty({ description: 'Currency of profits.', example: 'USD' })
  readonly profit_currency!: string;

  @ApiProperty({
    description: 'Open of the oldest bar per timeframe, server time; null = unknown.',
    type: 'object',
    additionalProperties: { type: 'integer', nullable: true },
    example: { H1: 1400000000, D1: 1188864000 },
  })
  readonly earliest!: Record<string, number | null>;

  @ApiProperty({
    description: '`simulator` when nothing of this is real.',
    enum: ['terminal', 'simulator'],
    example: 'terminal',
  })
  readonly source!: string;
}

/** Answer of `GET /symbols/{symbol}`. */
@ApiSchema({ description: 'Answer of `GET /symbols/{symbol}`.' })
export class SymbolAnswerSchema {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The symbol.', type: SymbolDetailsSchema })
  readonly data!: SymbolDetailsSchema;
}

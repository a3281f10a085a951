import { Decimal, Flag, OneOf, Part, Parts, Schema, SuccessAnswer, Text, Whole, answerOf } from '../../http/index.js';
import { ApiProperty } from '@nestjs/swagger';
import { GAP_REASONS } from '../../market/index.js';

@Schema('A stretch without bars.')
export class GapView {
  @Whole(
    'Open of the last bar before the gap, server time. Null only with `time_format=utc`, where UTC is not known.',
    1646341200,
    'nullable',
  )
  readonly after!: number | null;
  @Whole(
    'Open of the first bar behind it, server time. Null only with `time_format=utc`, where UTC is not known.',
    1646352000,
    'nullable',
  )
  readonly before!: number | null;
  @Whole('How many bars are missing.', 2) readonly bars!: number;
  @OneOf(
    '`missing`: the market was open, and the terminal has no bars. `closed-day`: no symbol of the broker has a bar ' +
      'on the days of the gap (a holiday). `refused`: the terminal sent bars that are malformed.',
    GAP_REASONS,
    'missing',
  )
  readonly reason!: string;
}

@Schema('From when on which offset holds.')
export class UtcOffsetView {
  @Whole('Server time, whatever `time_format` is.', 1774753200) readonly from!: number;
  @Whole('Server time minus UTC, seconds; null where it is not known.', 10800, 'nullable')
  readonly offset!: number | null;
}

@Schema('What an answer with bars stands on.')
export class SeriesMetadataView {
  @Text('Canonical symbol.', 'EURUSD') readonly symbol!: string;
  @Text('Timeframe.', 'H1') readonly timeframe!: string;
  @Text('Tier that this request was answered for.', 'PRO') readonly tier!: string;
  @Whole('Number of bars in the answer.', 1000) readonly bars_returned!: number;
  @Text('Terminal that feeds the series, or did last.', 'MT5_05') readonly terminal_id!: string;
  @OneOf(
    'Fed now, only kept, or (whenever any bar came from one) simulated.',
    ['terminal', 'store', 'simulator'],
    'terminal',
  )
  readonly source!: string;
  @Whole(
    'Open of the newest bar used, server time. Null only with `time_format=utc`, where UTC is not known.',
    1646427600,
    'nullable',
  )
  readonly as_of!: number | null;
  @Flag('The bars may be older than they should be.', false) readonly stale!: boolean;
  @Flag(
    'Whether the last bar is closed, by the terminal’s word or by server time plus at most 1.5 s; false while it is forming.',
    false,
  )
  readonly last_bar_complete!: boolean;
  @Flag(
    'Whether the values of the last bar are final: the terminal itself has told them after the bar’s end. False while the bar is forming, and for some seconds after it was closed by server time (`last_bar_complete` is true then).',
    false,
  )
  readonly last_bar_confirmed!: boolean;
  @Whole(
    'Server time minus UTC now, seconds; null while it is not known. Older bars need the offset that held then: see ' +
      '`utc_offsets`.',
    7200,
    'nullable',
  )
  readonly server_utc_offset!: number | null;
  @Parts(
    'Offsets over the span of the answer, oldest first: the first entry holds from the oldest time in the answer on.',
    UtcOffsetView,
  )
  readonly utc_offsets!: UtcOffsetView[];
  @Whole('Decimals of a price; prices themselves are not rounded.', 5) readonly digits!: number;
  @Parts('Where bars are missing. Closing hours and weekends are no gaps.', GapView) readonly gaps!: GapView[];
  @Flag('The history begins too late: the answer holds fewer bars than asked for.', false) readonly truncated!: boolean;
}

@Schema('One bar.')
export class CandleView {
  @Whole(
    'Open, unix seconds in the broker’s server time. Null only with `time_format=utc`, where UTC is not known.',
    1646427600,
    'nullable',
  )
  readonly time!: number | null;
  @Decimal('Open.', 1.09273) readonly open!: number;
  @Decimal('High.', 1.09301) readonly high!: number;
  @Decimal('Low.', 1.09244) readonly low!: number;
  @Decimal('Close.', 1.09277) readonly close!: number;
  @Whole('Number of price changes.', 3120) readonly tick_volume!: number;
  @Whole('Traded volume; 0 = unknown.', 0) readonly real_volume!: number;
  @Whole('Smallest spread in points; 0 = unknown.', 2) readonly spread!: number;
  @Flag(
    'False for the bar that is still forming. A bar closed by server time is complete; `metadata.last_bar_confirmed` says whether the terminal has confirmed the newest one.',
    true,
  )
  readonly complete!: boolean;
}

@Schema('A page of bars.')
export class CandleDataView {
  @Parts('Bars, oldest first.', CandleView) readonly candles!: CandleView[];
  @Part('What the page stands on.', SeriesMetadataView) readonly metadata!: SeriesMetadataView;
}

@Schema('Answer of `GET /candles/{symbol}/{timeframe}`.')
export class CandlePageAnswer extends SuccessAnswer {
  @Part('The page.', CandleDataView) readonly data!: CandleDataView;
  @Text(
    'Give it as `cursor` to get the next page; null when there is none.',
    'MS5FVVJVU0QuSDEuYi4xNjQ2NDI3NjAwLi0',
    'nullable',
  )
  readonly next_cursor!: string | null;
}

@Schema('What is known of a symbol.')
export class SymbolDetailsView {
  @Text('Canonical symbol.', 'EURUSD') readonly symbol!: string;
  @Text('What the broker calls it.', 'EURUSD.m') readonly broker_symbol!: string;
  @Text('Description by the broker.', 'Euro vs US Dollar') readonly description!: string;
  @Text('Terminal that serves it.', 'MT5_05') readonly terminal_id!: string;
  @Whole('Decimals of a price.', 5) readonly digits!: number;
  @Decimal('Smallest price step.', 0.00001) readonly point!: number;
  @Decimal('Units of one lot.', 100000) readonly contract_size!: number;
  @Text('Base currency.', 'EUR') readonly base_currency!: string;
  @Text('Currency of profits.', 'USD') readonly profit_currency!: string;

  @ApiProperty({
    description: 'Open of the oldest bar per timeframe, server time; null = unknown.',
    type: 'object',
    additionalProperties: { type: 'integer', nullable: true },
    example: { H1: 1400000000, D1: 1188864000 },
  })
  readonly earliest!: Record<string, number | null>;
  @OneOf('`simulator` when nothing of this is real.', ['terminal', 'simulator'], 'terminal') readonly source!: string;
}

export const SymbolAnswer = answerOf('SymbolAnswer', SymbolDetailsView, 'The symbol.');

import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, Matches, ValidateIf } from 'class-validator';

/** The member may be left out; null is a value, and not an allowed one. */
function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}

/** Body of POST /admin/cache/purge. */
@ApiSchema({ description: 'Body of POST /admin/cache/purge.' })
export class PurgeCacheBody {
  @ApiProperty({ description: 'Only answers and series of this symbol.', required: false, example: 'EURUSD' })
  @MayBeAbsent()
  @Matches(/^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/, { message: 'must be a symbol name in upper case' })
  readonly symbol?: string;

  @ApiProperty({ description: 'Only answers and series of this timeframe.', required: false, example: 'H1' })
  @MayBeAbsent()
  @Matches(/^[A-Z]{1,2}[0-9]{1,2}$/, { message: 'must be the name of a timeframe, e.g. H1' })
  readonly timeframe?: string;

  @ApiProperty({ description: 'Forget rendered answers and results.', required: false, default: true, example: true })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  readonly answers?: boolean;

  @ApiProperty({
    description: 'Read keys and accounts from the database again; symbol and timeframe do not matter to them.',
    required: false,
    default: true,
    example: false,
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  readonly keys?: boolean;

  @ApiProperty({
    description: 'Fetch the bars in memory from the terminal again; needs `symbol`.',
    required: false,
    default: false,
    example: true,
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  readonly series?: boolean;
}

/** What was forgotten. */
@ApiSchema({ description: 'What was forgotten.' })
export class PurgedSchema {
  @ApiProperty({ description: 'Rendered answers and results that were forgotten.', type: 'integer', example: 12 })
  readonly answers!: number;

  @ApiProperty({ description: 'Keys are read again when they are used next.', example: false })
  readonly keys!: boolean;

  @ApiProperty({ description: 'Series that are fetched again.', type: [String], example: ['EURUSD/H1'] })
  readonly series_refilled!: string[];

  @ApiProperty({ description: 'Series that no terminal feeds now.', type: [String], example: [] })
  readonly series_unfed!: string[];
}

/** Answer of POST /admin/cache/purge. */
@ApiSchema({ description: 'Answer of POST /admin/cache/purge.' })
export class PurgedAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'What was forgotten.', type: PurgedSchema })
  readonly data!: PurgedSchema;
}

/** A true request with its answer. */
export const PURGE_EXAMPLE = {
  body: { symbol: 'EURUSD', timeframe: 'H1', keys: false, series: true },
  answer: {
    success: true,
    data: { answers: 12, keys: false, series_refilled: ['EURUSD/H1'], series_unfed: [] },
  },
};

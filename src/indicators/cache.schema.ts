import { Flag, MayBeAbsent, Schema, Text, Texts, Whole, answerOf } from '../http/index.js';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, Matches } from 'class-validator';

@Schema('Body of POST /admin/cache/purge.')
export class PurgeCacheBody {
  @Text('Only answers and series of this symbol.', 'EURUSD', 'optional')
  @Matches(/^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/, { message: 'must be a symbol name in upper case' })
  readonly symbol?: string;
  @Text('Only answers and series of this timeframe.', 'H1', 'optional')
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

@Schema('What was forgotten.')
export class PurgedView {
  @Whole('Rendered answers and results that were forgotten.', 12) readonly answers!: number;
  @Flag('Keys are read again when they are used next.', false) readonly keys!: boolean;
  @Texts('Series that are fetched again.', ['EURUSD/H1']) readonly series_refilled!: string[];
  @Texts('Series that no terminal feeds now.', []) readonly series_unfed!: string[];
}

export const PurgedAnswer = answerOf('PurgedAnswer', PurgedView, 'What was forgotten.');

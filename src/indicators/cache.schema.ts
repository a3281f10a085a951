import { IsBoolean, Matches } from 'class-validator';
import { answerOf, Flag, ruled, Schema, Text, Texts, Whole } from '../http/index.js';

function Switch(description: string, { byDefault, example }: { byDefault: boolean; example: boolean }) {
  const flag = Flag(description, example, 'optional', { default: byDefault });
  return ruled(flag, IsBoolean({ message: 'must be true or false' }));
}

@Schema('Body of POST /admin/cache/purge.')
export class PurgeCacheBody {
  @Text('Only answers and series of this symbol.', 'EURUSD', 'optional')
  @Matches(/^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/, { message: 'must be a symbol name in upper case' })
  readonly symbol?: string;
  @Text('Only answers and series of this timeframe.', 'H1', 'optional')
  @Matches(/^[A-Z]{1,2}[0-9]{1,2}$/, { message: 'must be the name of a timeframe, e.g. H1' })
  readonly timeframe?: string;

  @Switch('Forget rendered answers and results.', { byDefault: true, example: true })
  readonly answers?: boolean;
  @Switch('Read keys and accounts from the database again, for every symbol and timeframe.', {
    byDefault: true,
    example: false,
  })
  readonly keys?: boolean;
  @Switch('Fetch the bars in memory from the terminal again; needs `symbol`.', { byDefault: false, example: true })
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

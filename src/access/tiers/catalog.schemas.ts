import { Schema, SuccessAnswer, Text, Texts } from '../../http/index.js';

@Schema('Answer of /symbols, in the shape of the original service.')
export class SymbolsAnswer extends SuccessAnswer {
  @Text('The tier that this answer is for.', 'FREE') readonly tier!: string;
  @Texts('Canonical names.', ['BTCUSD', 'EURUSD', 'USDJPY', 'US30', 'XAUUSD']) readonly symbols!: string[];
}

@Schema('Answer of /timeframes, in the shape of the original service.')
export class TimeframesAnswer extends SuccessAnswer {
  @Text('The tier that this answer is for.', 'FREE') readonly tier!: string;
  @Texts("MetaTrader's names.", ['H1', 'H4', 'D1']) readonly timeframes!: string[];
}

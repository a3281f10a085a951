import type { TimeFormat } from '../candles/index.js';
import { EnumParameter, IntegerParameter, TimeParameter, type TimeParameterValue } from '../http/index.js';

/** Query of `GET /indicators/{symbol}/{timeframe}`. */
export class IndicatorsQuery {
  @IntegerParameter({
    min: 100,
    max: 5000,
    default: 1000,
    description: 'How many bars to return; the newest may still be forming.',
    example: 1000,
  })
  readonly bars!: number;

  @IntegerParameter({
    min: 5,
    max: 135,
    odd: true,
    description: 'Bars of a fractal with both wings, for this answer only; odd. Default: the setting (35).',
    example: 35,
  })
  readonly fractal_bars?: number;

  @TimeParameter({
    min: 1,
    max: 9_999_999_999,
    description:
      'Server time, unix seconds. Gives the answer as it stood at the close of the bar that contains this time; ' +
      'nothing later is used.',
    example: 1_767_571_200,
  })
  readonly as_of?: TimeParameterValue;

  @EnumParameter({
    values: ['allow'],
    description: '`allow`: answer from what is kept while the terminal is away, flagged as stale, instead of 503.',
    example: 'allow',
  })
  readonly stale?: 'allow';

  @EnumParameter({
    values: ['server', 'utc'],
    default: 'server',
    description:
      'How times in the body are written: the broker’s server time as in MetaTrader, or true UTC, null where it is not ' +
      'known. `utc_offsets` and the headers stay in server time.',
    example: 'utc',
  })
  readonly time_format!: TimeFormat;
}

import { StaleParameter, type TimeFormat, TimeFormatParameter } from '../candles/index.js';
import { IntegerParameter, TimeParameter, type TimeParameterValue } from '../http/index.js';

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

  @StaleParameter()
  readonly stale?: 'allow';

  @TimeFormatParameter()
  readonly time_format!: TimeFormat;
}

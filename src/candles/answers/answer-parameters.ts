import { EnumParameter } from '../../http/index.js';

/** Query member `stale` of every route that answers from series. */
export function StaleParameter(): PropertyDecorator {
  return EnumParameter({
    values: ['allow'],
    description: '`allow`: answer from what is kept while the terminal is away, flagged as stale, instead of 503.',
    example: 'allow',
  });
}

/** Query member `time_format` of every route that answers with times of bars. */
export function TimeFormatParameter(): PropertyDecorator {
  return EnumParameter({
    values: ['server', 'utc'],
    default: 'server',
    description:
      'How times in the body are written: the broker’s server time as in MetaTrader, or true UTC, null where it is not ' +
      'known. `utc_offsets` and the headers stay in server time.',
    example: 'utc',
  });
}

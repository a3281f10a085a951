import { ValidateBy } from 'class-validator';
import { EnumParameter, IntegerParameter, InvalidParameterError, TextParameter } from '../http/index.js';
import type { SymbolName, Timeframe } from '../market/index.js';
import { decodeCursor, type PageCursor } from './page-cursor.js';

const LATEST = 9_999_999_999;

/** Refused together with all other parameters, before anything is asked of symbol, tier or limit. */
function LaterThanFrom(): PropertyDecorator {
  const isLater = (to: unknown, from: unknown) => typeof to !== 'number' || typeof from !== 'number' || to > from;
  const validator = {
    validate: (to: unknown, check?: { object: object }) =>
      isLater(to, (check?.object as CandlesQuery | undefined)?.from),
  };
  return ValidateBy({ name: 'laterThanFrom', validator }, { message: 'must be later than from' });
}

/** Query of `GET /candles/{symbol}/{timeframe}`. */
export class CandlesQuery {
  @IntegerParameter({
    min: 1,
    max: 5000,
    default: 1000,
    description: 'How many bars to return, and the size of a page.',
    example: 1000,
  })
  readonly bars!: number;

  @IntegerParameter({
    min: 0,
    max: LATEST,
    description: 'Bars that open at or after this server time, unix seconds. Pages then run forward.',
    example: 1_646_341_200,
  })
  readonly from?: number;

  @IntegerParameter({
    min: 1,
    max: LATEST,
    description: 'Bars that open before this server time, unix seconds.',
    example: 1_646_427_600,
  })
  @LaterThanFrom()
  readonly to?: number;

  @TextParameter({
    pattern: /^[A-Za-z0-9_-]{8,120}$/,
    allowed: 'the next_cursor of an answer for this series',
    description: 'The `next_cursor` of the page before. `from` and `to` are in it and may be left out.',
    example: 'MXxFVVJVU0R8SDF8YnwxNjQ2NDI3NjAwfA',
  })
  readonly cursor?: string;

  @EnumParameter({
    values: ['allow'],
    description: '`allow`: answer from what is kept while the terminal is away, flagged as stale, instead of 503.',
    example: 'allow',
  })
  readonly stale?: 'allow';
}

/** Where the walk that a query asks for stands. @throws InvalidParameterError */
export function pageCursor(symbol: SymbolName, timeframe: Timeframe, query: CandlesQuery): PageCursor | undefined {
  const { from, to } = query;
  if (query.cursor === undefined) return undefined;
  const cursor = decodeCursor(symbol, timeframe, query.cursor);
  if (cursor === undefined) {
    throw InvalidParameterError.of('cursor', `must be the next_cursor of an answer for ${symbol} ${timeframe}`);
  }
  const forward = cursor.direction === 'forward';
  const agrees = forward ? to === undefined || to === cursor.to : to === undefined || to > cursor.position;
  const sameWay = forward ? from === undefined || from < cursor.position : from === undefined;
  if (!agrees || !sameWay)
    throw InvalidParameterError.of('cursor', 'must be given with the same from and to as before');
  return cursor;
}

import { ValidateBy } from 'class-validator';
import {
  IntegerParameter,
  InvalidParameterError,
  TextParameter,
  TimeParameter,
  type TimeParameterValue,
  UtcTime,
} from '../../http/index.js';
import type { ServerZone, SymbolName, Timeframe } from '../../market/index.js';
import { StaleParameter, TimeFormatParameter } from './answer-parameters.js';
import { decodeCursor, type PageCursor } from './page-cursor.js';
import { serverTimeOf, type TimeFormat } from './server-times.js';

const LATEST = 9_999_999_999;

/** Refused together with all other parameters, before anything is asked of symbol, tier or limit. */
function LaterThanFrom(): PropertyDecorator {
  // Times of two kinds can be compared only when the offset is known.
  const isLater = (to: unknown, from: unknown) => {
    if (to instanceof UtcTime && from instanceof UtcTime) return to.seconds > from.seconds;
    return typeof to !== 'number' || typeof from !== 'number' || to > from;
  };
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

  @TimeParameter({
    min: 0,
    max: LATEST,
    description: 'Bars that open at or after this server time, unix seconds. Pages then run forward.',
    example: 1_646_341_200,
  })
  readonly from?: TimeParameterValue;

  @TimeParameter({
    min: 1,
    max: LATEST,
    description: 'Bars that open before this server time, unix seconds.',
    example: 1_646_427_600,
  })
  @LaterThanFrom()
  readonly to?: TimeParameterValue;

  @TextParameter({
    pattern: /^[A-Za-z0-9_-]{8,120}$/,
    allowed: 'the next_cursor of an answer for this series',
    description: 'The `next_cursor` of the page before. `from` and `to` are in it and may be left out.',
    example: 'MXxFVVJVU0R8SDF8YnwxNjQ2NDI3NjAwfA',
  })
  readonly cursor?: string;

  @StaleParameter()
  readonly stale?: 'allow';

  @TimeFormatParameter()
  readonly time_format!: TimeFormat;
}

/** A query whose times are server seconds. */
export type ServerTimeQuery = Omit<CandlesQuery, 'from' | 'to'> & { readonly from?: number; readonly to?: number };

/** The same query in server time. @throws InvalidParameterError where an offset is not known, or `to` is not later */
export function inServerTime({ from, to, ...query }: CandlesQuery, zone: ServerZone): ServerTimeQuery {
  const [start, end] = [serverTimeOf('from', from, zone), serverTimeOf('to', to, zone)];
  if (start !== undefined && end !== undefined && end <= start) {
    throw InvalidParameterError.of('to', 'must be later than from');
  }
  return { ...query, ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) };
}

/** Where the walk that a query asks for stands. @throws InvalidParameterError */
export function pageCursor(symbol: SymbolName, timeframe: Timeframe, query: ServerTimeQuery): PageCursor | undefined {
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

import type { ConfiguredSymbol, SeriesSettings } from '../../config/index.js';
import type { Caller } from './caller.js';

/** The symbol and timeframe that a route's path names; both are known to exist and allowed for the caller. */
export interface SeriesRef {
  readonly symbol: ConfiguredSymbol['name'];
  readonly timeframe: SeriesSettings['timeframes'][number];
}

/** What the guard found out about a request before its handler runs. */
export interface RequestState {
  caller?: Caller;
  /** The validated query: an instance of the rule's query class. */
  query?: object;
  symbol?: SeriesRef['symbol'];
  timeframe?: SeriesRef['timeframe'];
}

const states = new WeakMap<object, RequestState>();

/** The state that belongs to this request (Fastify's request object); empty at first. */
export function requestState(request: object): RequestState {
  let state = states.get(request);
  if (state === undefined) {
    state = {};
    states.set(request, state);
  }
  return state;
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestState, type RequestState } from './request-state.js';

/** A value that the guard must have set; anything else is a mistake in the route's rule. */
function fromState(name: keyof RequestState, advice: string) {
  return createParamDecorator((_data: unknown, context: ExecutionContext) => {
    const value = requestState(context.switchToHttp().getRequest<object>())[name];
    if (value === undefined) throw new TypeError(`this route has no ${name}: ${advice}`);
    return value;
  });
}

/** Handler parameter: the {@link Caller} of the request. Not on public routes. */
export const CurrentCaller = fromState('caller', 'declare @CustomerRoute or @AdminRoute');

/** Handler parameter: the validated query, an instance of the class given to the route's rule as `query`. */
export const ValidQuery = fromState('query', 'give the rule a query class');

/** Handler parameter: the symbol of the path. Needs `series: true`. */
export const SymbolParam = fromState('symbol', 'declare @CustomerRoute({ series: true }) on a path with :symbol');

/** Handler parameter: symbol and timeframe of the path, a {@link SeriesRef}. Needs `series: true`. */
export const SeriesParam = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const { symbol, timeframe } = requestState(context.switchToHttp().getRequest<object>());
  if (symbol === undefined || timeframe === undefined) {
    throw new TypeError('this route has no series: declare @CustomerRoute({ series: true }) on /:symbol/:timeframe');
  }
  return { symbol, timeframe };
});

import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { printable } from '../../kernel/index.js';
import { InvalidParameterError, type ParameterFault, UnknownParameterError } from '../problems/http.errors.js';
import { parametersOf } from './query-parameters.js';

/** A query as the parser leaves it: repeated parameters are arrays. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Result of a check; use `query` only when there are no faults. */
export interface CheckedQuery<T extends object> {
  readonly query: T;
  readonly invalid: readonly ParameterFault[];
  readonly unknown: readonly ParameterFault[];
}

/** Unknown names that an error lists, so that an answer does not grow with its request. */
const MAX_UNKNOWN = 15;

/** The empty query class, for routes that take no parameters. */
export class NoQuery {}

/** Checks a query without throwing, so that its faults can be reported together with those of headers. */
export function checkQuery<T extends object>(queryClass: Type<T>, raw: RawQuery): CheckedQuery<T> {
  const names = parametersOf(queryClass).map(({ name }) => name);
  const unknown = Object.keys(raw)
    .filter((name) => !names.includes(name))
    .slice(0, MAX_UNKNOWN)
    .map((name) => ({
      parameter: printable(name, 40),
      message:
        names.length === 0 ? 'is unknown; this route takes no parameters' : `is unknown; known: ${names.join(', ')}`,
    }));
  const known = Object.fromEntries(names.filter((name) => Object.hasOwn(raw, name)).map((name) => [name, raw[name]]));
  const query = plainToInstance(queryClass, known);
  const invalid = validateSync(query, { forbidUnknownValues: false }).map(({ property, constraints }) => ({
    parameter: property,
    message: Object.values(constraints ?? {}).join(', '),
  }));
  return { query, invalid, unknown };
}

/**
 * The query as an instance of its class.
 * @throws invalid-parameter with all faults in `errors`; unknown-parameter when unknown names are all that is wrong
 */
export function validateQuery<T extends object>(queryClass: Type<T>, raw: RawQuery): T {
  const { query, invalid, unknown } = checkQuery(queryClass, raw);
  throwFaults(invalid, unknown);
  return query;
}

/** Throws when there are faults; `invalid-parameter` wins over `unknown-parameter`, and both lists are reported. */
export function throwFaults(invalid: readonly ParameterFault[], unknown: readonly ParameterFault[]): void {
  if (invalid.length > 0) throw new InvalidParameterError([...invalid, ...unknown]);
  if (unknown.length > 0) throw new UnknownParameterError(unknown);
}

import type { ErrorCode, GatewayError } from './errors.js';

/** A code, or a code and a word for the routes that answer it with another text (`scope-required.data`). */
export type ErrorExampleName = ErrorCode | `${ErrorCode}.${string}`;

/** The code that an example is for. */
export function codeOf(name: ErrorExampleName): ErrorCode {
  return name.split('.')[0] as ErrorCode;
}

const EXAMPLES = new Map<ErrorExampleName, () => GatewayError>();

/** Class decorator: `make` makes the error that documents a code. Each name has one example. */
export function ErrorExample<N extends ErrorExampleName>(
  names: N | readonly N[],
  make: (name: N) => GatewayError,
): ClassDecorator {
  return () => {
    for (const name of [names].flat() as N[]) {
      if (EXAMPLES.has(name)) throw new TypeError(`there is an example of the error ${name} already`);
      EXAMPLES.set(name, () => make(name));
    }
  };
}

/** The examples that the loaded error classes declare, by their names. */
export function errorExamples(): ReadonlyMap<ErrorExampleName, () => GatewayError> {
  return EXAMPLES;
}

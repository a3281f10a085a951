import { nearestOf } from '../kernel/index.js';

declare const brand: unique symbol;

/** The canonical name of a symbol, as customers write it: upper case, e.g. `EURUSD`. Brokers may use another name. */
export type SymbolName = string & { readonly [brand]: 'SymbolName' };

const PATTERN = /^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/;

/** Whether `text` may be a canonical symbol name: 1 to 31 characters, upper case. */
export function isSymbolName(text: string): text is SymbolName {
  return PATTERN.test(text);
}

/** @throws RangeError when `text` is not a canonical symbol name */
export function symbolName(text: string): SymbolName {
  if (!isSymbolName(text)) throw new RangeError(`'${text}' is not a symbol name (1 to 31 of A-Z 0-9 . _ # @ & -)`);
  return text;
}

/** The known symbols that `text` or a name that begins with it was probably meant to be, best first, at most three. */
export function suggestSymbols(text: string, known: readonly SymbolName[]): SymbolName[] {
  const wanted = text.slice(0, 31).toUpperCase();
  const slip = (name: SymbolName) => (name.startsWith(wanted) ? Infinity : Math.max(1, Math.floor(name.length / 3)));
  return nearestOf(wanted, known, slip);
}

import { editDistance } from '../kernel/index.js';

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

/** The known symbols that `text` was probably meant to be, best first, at most `most`. Case does not count here. */
export function suggestSymbols(text: string, known: readonly SymbolName[], most = 3): SymbolName[] {
  const wanted = text.slice(0, 31).toUpperCase();
  return known
    .map((name) => ({ name, distance: editDistance(wanted, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)) || name.startsWith(wanted))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

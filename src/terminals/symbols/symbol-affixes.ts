/** Prefixes of brokers: Deriv's `frxEURUSD`, `#US30`, `@EU6`. */
const PREFIXES = ['#', '@', '.', '_', 'frx'];

/** Words behind a name that mark an account type; any case, with or without a separator. */
const SUFFIX_WORDS = [
  'raw',
  'pro',
  'ecn',
  'stp',
  'std',
  'cash',
  'spot',
  'vip',
  'iux',
  'zero',
  'prime',
  'micro',
  'mini',
  'cent',
];

/** Endings that mark another contract size: such a variant loses against a plain one. */
const SMALL_CONTRACT = /^[._-]?(?:micro|mini|cent|c)$/i;

/** `EURUSDm`, `XAUUSDw`: one lower-case letter, or any one or two letters behind a separator (`.m`, `_i`, `.L`). */
const LETTER = /^(?:[a-z]|[._-][A-Za-z]{1,2})$/;
/** A trailing `.`, `-`, `+`, `#`, `!`, and EarnForex's `EURUSD.£`. */
const MARK = /^(?:[.\-+_#!]|\.?\p{Sc})$/u;

/** The rest of a broker's name around the symbol's name. */
export interface Affixes {
  readonly prefix: string;
  readonly suffix: string;
  /** Whether the ending marks a micro, mini or cent contract. */
  readonly smallContract: boolean;
}

/** Whether brokers are known to append this to a name. */
function isKnownSuffix(suffix: string): boolean {
  if (suffix === '' || LETTER.test(suffix) || MARK.test(suffix)) return true;
  const word = suffix.replace(/^[._-]/, '').toLowerCase();
  return SUFFIX_WORDS.includes(word);
}

/**
 * Reads `brokerName` as known prefix + `base` + known suffix (case of `base` does not count); undefined for any other
 * name.
 */
export function affixesAround(brokerName: string, base: string): Affixes | undefined {
  for (const prefix of ['', ...PREFIXES]) {
    if (!brokerName.startsWith(prefix)) continue;
    const rest = brokerName.slice(prefix.length);
    if (rest.slice(0, base.length).toUpperCase() !== base) continue;
    const suffix = rest.slice(base.length);
    if (isKnownSuffix(suffix)) return { prefix, suffix, smallContract: SMALL_CONTRACT.test(suffix) };
  }
  return undefined;
}

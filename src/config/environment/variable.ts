import { minLength } from 'class-validator';

/** One environment variable: its documentation, its rule and its default. */
export interface Variable<T> {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** Unit and bounds, as the documents show them. */
  readonly unit: string;
  readonly required: boolean;
  /** May come from `<NAME>_FILE` instead, and never appears in an example. */
  readonly secret: boolean;
  /** The default as written in .env; undefined = no fixed default. */
  readonly defaultText: string | undefined;
  /** Text of the documents in place of a fixed default. */
  readonly defaultNote: string | undefined;
  /** Ends the sentence "NAME must be ...". */
  readonly rule: string;
  /** Undefined = the text breaks the rule. */
  parse(text: string): T | undefined;
}

interface About {
  /** One sentence. */
  readonly about: string;
  readonly secret?: boolean;
}

/** Behavior of an unset variable: a default, an error because it is required, or what the note says. */
type WhenUnset<T> = { readonly default: T } | { readonly required: true } | { readonly unset: string };

/** Type of a variable declared with the options `O`. */
type Held<T, O> = O extends { readonly unset: string } ? T | undefined : T;

interface Whole {
  /** Lowest value, highest value and unit. */
  readonly range: readonly [min: number, max: number, unit: string];
}

interface Form {
  /** Ends the sentence "NAME must be ...". */
  readonly form: string;
  readonly pattern?: RegExp;
  readonly minLength?: number;
}

/** A whole number in decimal digits. */
export function integer<const O extends About & WhenUnset<number> & Whole>(name: string, options: O) {
  const [min, max, unit] = options.range;
  const parse = (text: string): number | undefined => {
    const value = /^-?[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  };
  const texts = { unit: `${unit}, ${min} to ${max}`, rule: `a whole number from ${min} to ${max} (${unit})` };
  return variable<number, O>(name, options, { ...texts, parse });
}

/** Whole seconds in the environment, milliseconds in the settings. */
export function seconds<const O extends About & WhenUnset<number> & { readonly range: readonly [number, number] }>(
  name: string,
  options: O,
) {
  const whole = integer<About & WhenUnset<number> & Whole>(name, { ...options, range: [...options.range, 'seconds'] });
  return { ...whole, parse: (text) => toMs(whole.parse(text)) } as Variable<Held<number, O>>;
}

/** `true` or `false`. */
export function flag(name: string, options: About & { readonly default: boolean }) {
  const words: Readonly<Record<string, boolean>> = { true: true, false: false };
  const parse = (text: string): boolean | undefined => (Object.hasOwn(words, text) ? words[text] : undefined);
  return variable<boolean, typeof options>(name, options, { unit: 'true or false', rule: 'true or false', parse });
}

/** One of a few words. */
export function choice<const W extends string>(
  name: string,
  options: About & { readonly of: readonly W[]; readonly default: NoInfer<W> },
) {
  const rule = `one of ${options.of.join(', ')}`;
  return variable<W, typeof options>(name, options, {
    unit: rule,
    rule,
    parse: (text) => options.of.find((word) => word === text),
  });
}

/** Text of a certain form. */
export function text<const O extends About & WhenUnset<string> & Form>(name: string, options: O) {
  const { form, pattern, minLength: min = 0 }: Form = options;
  const fits = (value: string): boolean => minLength(value, min) && (pattern === undefined || pattern.test(value));
  return variable<string, O>(name, options, { unit: form, rule: form, parse: (it) => (fits(it) ? it : undefined) });
}

function variable<T, O extends About & WhenUnset<T>>(
  name: string,
  options: O,
  kind: Pick<Variable<T>, 'unit' | 'rule' | 'parse'>,
): Variable<Held<T, O>> {
  const { about, secret = false }: About = options;
  const unset: WhenUnset<T> = options;
  return {
    ...{ name, about, secret, ...kind },
    required: 'required' in unset,
    defaultText: 'default' in unset ? String(unset.default) : undefined,
    defaultNote: 'unset' in unset ? unset.unset : undefined,
  };
}

function toMs(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}

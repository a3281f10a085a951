import { readFileSync } from 'node:fs';
import { Faults } from './faults.js';
import type { Variable } from './variable.js';

/** Texts by name, as in process.env. */
export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

/** Related variables, by the names of their settings. */
export interface Section<V extends Readonly<Record<string, Variable<unknown>>>> {
  readonly title: string;
  readonly variables: V;
}

/** Settings that result from a section of variables. */
export type Values<S> =
  S extends Section<infer V> ? { readonly [M in keyof V]: V[M] extends Variable<infer T> ? T : never } : never;

/** Declares related variables. */
export function section<const V extends Readonly<Record<string, Variable<unknown>>>>(
  title: string,
  variables: V,
): Section<V> {
  return { title, variables };
}

/** A class of settings, which is also its injection token; made from all of its members or from the environment. */
export interface SettingsClass<M extends object> {
  new (members: M): Readonly<M>;
  /** Reads the section alone. @throws ConfigurationError listing everything that is missing or wrong */
  load<S>(this: new (members: M) => S, source: EnvironmentSource): S;
  /** Reads the section and adds missing or wrong variables to `faults`. */
  read<S>(this: new (members: M) => S, source: EnvironmentSource, faults: Faults): S;
}

/** Base class for instances with the members `M`. */
export function membersOf<M extends object>(): new (members: M) => Readonly<M> {
  return class {
    constructor(members: M) {
      Object.assign(this, members);
    }
  } as new (members: M) => Readonly<M>;
}

/** Base class of a section's settings; `resolve` computes members that are more than the value of a variable. */
export function settingsOf<
  S extends Section<Readonly<Record<string, Variable<unknown>>>>,
  M extends object = Values<S>,
>(from: S, resolve: (values: Values<S>, faults: Faults) => M = (values) => values as unknown as M): SettingsClass<M> {
  return class {
    constructor(members: M) {
      Object.assign(this, members);
    }

    static read(source: EnvironmentSource, faults: Faults): unknown {
      return new this(resolve(readSection(from, source, faults), faults));
    }

    static load(source: EnvironmentSource): unknown {
      const faults = new Faults();
      const settings = this.read(source, faults);
      faults.raise();
      return settings;
    }
  } as unknown as SettingsClass<M>;
}

/**
 * Reads the variables of a section. An empty variable counts as unset. A secret may come from the file that
 * `<NAME>_FILE` names. Faults name variable and rule, never the value.
 */
export function readSection<S extends Section<Readonly<Record<string, Variable<unknown>>>>>(
  { variables }: S,
  source: EnvironmentSource,
  faults: Faults,
): Values<S> {
  const read = (variable: Variable<unknown>): unknown => {
    const text = textOf(variable, source, faults);
    if (text === undefined) return undefined;
    const value = variable.parse(text);
    if (value === undefined) faults.add(`${variable.name} must be ${variable.rule}`);
    // A wrong text counts as set in rules about several variables; its fault prevents its use.
    return value ?? text;
  };
  const entries = Object.entries(variables).map(([member, variable]) => [member, read(variable)]);
  return Object.fromEntries(entries) as Values<S>;
}

function textOf(variable: Variable<unknown>, source: EnvironmentSource, faults: Faults): string | undefined {
  const direct = source[variable.name];
  const fileVariable = `${variable.name}_FILE`;
  const file = variable.secret ? source[fileVariable] : undefined;
  if (direct) {
    if (file) faults.add(`${variable.name} and ${fileVariable} are both set; keep one`);
    return direct;
  }
  if (file) return readNamedFile(fileVariable, file, faults)?.trimEnd() ?? (variable.required ? '' : undefined);
  if (variable.required) {
    const orFile = variable.secret ? ` (or ${fileVariable})` : '';
    faults.add(`${variable.name}${orFile} is missing: it must be ${variable.rule}`);
  }
  return variable.defaultText;
}

/** Text of the file that a variable names; undefined = unreadable, which is a fault. */
export function readNamedFile(variable: string, file: string, faults: Faults): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    faults.add(`${variable} names a file that cannot be read (${code})`);
    return undefined;
  }
}

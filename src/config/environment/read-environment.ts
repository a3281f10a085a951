import { readFileSync } from 'node:fs';
import { validateSync } from 'class-validator';
import { variablesOf, type VariableSpec } from './variable.js';

/** Names to texts, as in process.env. */
export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

/** What came of reading one environment class. */
export interface EnvironmentReading<T> {
  readonly values: T;
  readonly faults: readonly string[];
}

/**
 * Fills an environment class from texts. An empty variable counts as unset. A secret may come from the file that
 * `<NAME>_FILE` names. Faults name variable and rule, never the value.
 */
export function readEnvironment<T extends object>(
  environment: new () => T,
  source: EnvironmentSource,
): EnvironmentReading<T> {
  const faults: string[] = [];
  const values = new environment();
  for (const variable of variablesOf(environment)) {
    const text = textOf(variable, source, faults);
    if (text === undefined) {
      if (variable.required) faults.push(missing(variable));
    } else {
      Object.assign(values, { [variable.name]: convert(variable, text) });
    }
  }
  const unset = new Set(
    variablesOf(environment)
      .filter(({ name }) => !Object.hasOwn(values, name))
      .map(({ name }) => name),
  );
  for (const { property, constraints } of validateSync(values, { stopAtFirstError: true })) {
    if (!unset.has(property)) faults.push(...Object.values(constraints ?? {}));
  }
  return { values, faults };
}

function textOf(variable: VariableSpec, source: EnvironmentSource, faults: string[]): string | undefined {
  const direct = source[variable.name];
  const fileVariable = `${variable.name}_FILE`;
  const file = variable.secret ? source[fileVariable] : undefined;
  if (direct !== undefined && direct !== '') {
    if (file) faults.push(`${variable.name} and ${fileVariable} are both set; keep one`);
    return direct;
  }
  if (!file) return variable.defaultText;
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    faults.push(
      `${fileVariable} names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    );
    return variable.required ? '' : undefined;
  }
}

function missing(variable: VariableSpec): string {
  const orFile = variable.secret ? ` (or ${variable.name}_FILE)` : '';
  return `${variable.name}${orFile} is missing: it must be ${variable.unit}`;
}

function convert(variable: VariableSpec, text: string): unknown {
  if (variable.kind === 'integer') return /^-?[0-9]{1,16}$/.test(text) ? Number(text) : text;
  if (variable.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

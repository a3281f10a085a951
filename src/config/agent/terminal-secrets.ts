import type { Faults } from '../environment/faults.js';
import { type EnvironmentSource, readNamedFile } from '../environment/section.js';

const FORM = /_(PASSWORD|BRIDGE_KEY)(_FILE)?$/i;

/** Variables of a terminal begin with its id, with `_` for everything that is not a letter or digit. */
export function variableOf(terminalId: string, name: string): string {
  return `${terminalId.replaceAll(/[^A-Za-z0-9]/g, '_')}_${name}`;
}

/** Whether a variable belongs to one terminal and is secret, or names the file of a secret. */
export function isTerminalSecret(variable: string): boolean {
  return FORM.test(variable);
}

/** A secret from `<NAME>` or from the file that `<NAME>_FILE` names; undefined when neither is set. */
export function readSecret(variable: string, source: EnvironmentSource, faults: Faults): string | undefined {
  const direct = source[variable] || undefined;
  const file = source[`${variable}_FILE`] || undefined;
  if (direct !== undefined && file !== undefined) faults.add(`${variable} and ${variable}_FILE are both set; keep one`);
  if (direct !== undefined || file === undefined) return direct;
  const text = readNamedFile(`${variable}_FILE`, file, faults)?.trimEnd();
  if (text === '') faults.add(`${variable}_FILE names an empty file`);
  return text ?? '';
}

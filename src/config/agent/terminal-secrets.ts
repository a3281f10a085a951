import type { Faults } from '../environment/faults.js';
import { type EnvironmentSource, readNamedFile } from '../environment/section.js';

const FORM = /_(PASSWORD|BRIDGE_KEY)(_FILE)?$/i;

/** Variables of a terminal begin with its id, in which `_` replaces all but letters and digits. */
export function variableOf(terminalId: string, name: string): string {
  return `${terminalId.replaceAll(/[^A-Za-z0-9]/g, '_')}_${name}`;
}

/** True for the secrets of one terminal and for the files that hold them. */
export function isTerminalSecret(variable: string): boolean {
  return FORM.test(variable);
}

/** Reads `<NAME>` or the file that `<NAME>_FILE` names; undefined when neither is set. */
export function readSecret(variable: string, source: EnvironmentSource, faults: Faults): string | undefined {
  const direct = source[variable] || undefined;
  const file = source[`${variable}_FILE`] || undefined;
  if (direct !== undefined && file !== undefined) faults.add(`${variable} and ${variable}_FILE are both set; keep one`);
  if (direct !== undefined || file === undefined) return direct;
  const text = readNamedFile(`${variable}_FILE`, file, faults)?.trimEnd();
  if (text === '') faults.add(`${variable}_FILE names an empty file`);
  return text ?? '';
}

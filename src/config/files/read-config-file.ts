import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Faults } from '../environment/faults.js';

/**
 * Reads and validates a JSON file; undefined = invalid, and `faults` names file, path and rule. Unknown members are
 * faults.
 */
export function readConfigFile<T extends object>(type: new () => T, path: string, faults: Faults): T | undefined {
  const raw = readJsonObject(path);
  if (typeof raw === 'string') {
    faults.add(`${path}: ${raw}`);
    return undefined;
  }
  const content = plainToInstance(type, raw);
  const errors = validateSync(content, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  const found = [...placeholders(raw, ''), ...errors.flatMap((error) => describe(error, ''))];
  const nulls = nullMembers(raw, '').filter(({ path: place }) => found.every((fault) => fault.path !== place));
  const wrong = sentences([...found, ...nulls]).map((fault) => `${path}: ${fault}`);
  faults.add(...wrong);
  return wrong.length === 0 ? content : undefined;
}

/** The object of a file, or its fault. */
function readJsonObject(path: string): object | string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return code === 'ENOENT' ? 'the file does not exist' : `cannot be read (${code})`;
  }
  if (syntaxOf(text) !== 'valid') return `not valid JSON ${placeOfSyntaxFault(text)}`;
  const raw: unknown = JSON.parse(text);
  const isObject = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
  return isObject ? raw : 'the file must hold one JSON object';
}

function syntaxOf(text: string): 'valid' | 'incomplete' | 'broken' {
  try {
    JSON.parse(text);
    return 'valid';
  } catch (error) {
    return /end of JSON|unterminated|missing/i.test(String(error)) ? 'incomplete' : 'broken';
  }
}

/**
 * Line and column of the first wrong character. V8 does not always report them, and may quote private text instead; but
 * every text is merely incomplete up to that character, and broken with it.
 */
function placeOfSyntaxFault(text: string): string {
  let whole = 0;
  let broken = text.length + 1;
  while (broken - whole > 1) {
    const middle = (whole + broken) >>> 1;
    if (middle <= text.length && syntaxOf(text.slice(0, middle)) !== 'broken') whole = middle;
    else broken = middle;
  }
  if (whole === text.length) return '(it ends too early)';
  const lines = text.slice(0, broken).split('\n');
  return `at line ${lines.length}, column ${lines.at(-1)?.length ?? 0}`;
}

/** A fault at one place of a file. */
interface Fault {
  readonly path: string;
  readonly rule: string;
  /** Reported once for all places with the same fault. */
  readonly shared: boolean;
}

function describe(error: ValidationError, parent: string): Fault[] {
  const path = memberPath(parent, error.property);
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
    rule === 'whitelistValidation'
      ? { path, rule: ` ${refusal(error.property)}`, shared: true }
      : { path, rule: `: ${message}`, shared: false },
  );
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, path))];
}

/** Finds texts such as ${NAME}: the gateway does not expand them and would take them literally. */
function placeholders(value: unknown, path: string): Fault[] {
  if (typeof value === 'string') {
    const rule = ' holds ${...}, which is not expanded: write the value itself';
    return /\$\{[^}]*\}/.test(value) ? [{ path, rule, shared: true }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => placeholders(member, memberPath(path, name)));
}

/** Finds null members: the validator would accept null for an optional member, but null is no default. */
function nullMembers(value: unknown, path: string): Fault[] {
  if (value === null) return [{ path, rule: ' must not be null: leave it out', shared: false }];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => nullMembers(member, memberPath(path, name)));
}

function memberPath(parent: string, name: string): string {
  return /^\d+$/.test(name) ? `${parent}[${name}]` : [parent, name].filter(Boolean).join('.');
}

/** One sentence for each fault; one for all places of a shared fault, so that 15 terminals do not repeat it. */
function sentences(faults: readonly Fault[]): string[] {
  const groups = new Map<string, Fault[]>();
  for (const fault of faults) {
    const member = fault.path.replace(/\[\d+\]/g, '[]');
    const key = fault.shared ? `${member}${fault.rule}` : `${fault.path}${fault.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), fault]);
  }
  return [...groups.values()].map(([first, ...more]) => {
    const others = more.length === 0 ? '' : ` (and ${more.length} more like it)`;
    return `${first!.path}${others}${first!.rule}`;
  });
}

function refusal(property: string): string {
  return property === 'password'
    ? "must not be here: a broker's password stays on the terminal's own host"
    : 'is not a known member';
}

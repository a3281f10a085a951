import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printable, type Random } from '../src/kernel/index.js';
import { deriveTerminalKey, formatTerminalKey, parseTerminalKey } from '../src/bridge/index.js';
import { isTimeframe } from '../src/market/index.js';
import { UsageError } from './conformance.errors.js';
import { type Option, type OptionName, OPTIONS } from './option-table.js';
import type { SuiteSettings } from './settings.js';
import { selectChecks } from './suite.js';

/** The command line, read and checked. */
export interface Command {
  readonly settings: SuiteSettings;
  readonly only: readonly string[];
  readonly json: boolean;
  readonly limitMs: number;
  /** A generated key to print for the operator; undefined when the key was given. */
  readonly madeUpKey: string | undefined;
}

type Given = ReadonlyMap<OptionName, string>;
const KEY_BYTES = 32;

/** Reads the command line. @throws UsageError that says what to correct, never with a secret */
export function parseOptions(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  random: Random,
): Command | 'help' | 'list' {
  const given = readWords(words);
  if (given.has('help')) return 'help';
  if (given.has('list')) return 'list';
  if (!given.has('port')) throw new UsageError('--port is missing: on which port shall the suite wait for the bridge?');
  const only = listOf(given.get('only'));
  for (const wanted of only) {
    if (selectChecks([wanted]).length === 0) {
      throw new UsageError(`--only: there is no check or group "${printable(wanted)}"; --list shows them all.`);
    }
  }
  const { keyOf, madeUpKey } = readKey(given, environment, random);
  const settings = {
    host: textOf(given, 'host'),
    port: numberOf(given, 'port'),
    ...readTls(given),
    keyOf: (id: string) => ((given.get('terminal-id') ?? id) === id ? keyOf(id) : undefined),
    heartbeatMs: numberOf(given, 'heartbeat-ms'),
    timeScale: numberOf(given, 'time-scale'),
    ...(given.has('symbol') && { symbol: textOf(given, 'symbol') }),
    timeframe: readTimeframe(given),
    ...readIndicator(given),
    firstDialMs: 1000 * numberOf(given, 'first-dial'),
    marketWaitMs: 1000 * numberOf(given, 'market-wait'),
    slow: given.has('slow'),
    allowRestart: given.has('restart'),
  };
  return { settings, only, json: given.has('json'), limitMs: 1000 * numberOf(given, 'max-seconds'), madeUpKey };
}

function readWords(words: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, option]: [string, Option]) => {
      return [name, { type: option.value === undefined ? 'boolean' : 'string' } as const];
    }),
  );
  // Not strict, because this module words the errors.
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<OptionName, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new UsageError(`"${printable(token.value, 40)}" belongs to no option.`);
    if (!Object.hasOwn(OPTIONS, token.name)) {
      throw new UsageError(`There is no option ${printable(token.rawName, 40)}; --help shows them all.`);
    }
    const name = token.name as OptionName;
    const { value: wanted }: Option = OPTIONS[name];
    if (given.has(name)) throw new UsageError(`--${name} is given twice.`);
    if (wanted !== undefined && !token.value) throw new UsageError(`--${name} needs a value.`);
    if (wanted === undefined && token.value !== undefined) throw new UsageError(`--${name} takes no value.`);
    given.set(name, token.value ?? '');
  }
  return given;
}

function textOf(given: Given, name: OptionName): string {
  const { standard = '' }: Option = OPTIONS[name];
  return given.get(name) ?? standard;
}

function numberOf(given: Given, name: OptionName): number {
  const { range }: Option = OPTIONS[name];
  const text = textOf(given, name);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  const { min, max } = range!;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${printable(text, 40)}".`);
}

function readTimeframe(given: Given) {
  const text = textOf(given, 'timeframe');
  if (isTimeframe(text)) return text;
  throw new UsageError(`--timeframe must be one of MetaTrader's names (M1, H1, D1), not "${printable(text, 40)}".`);
}

function readIndicator(given: Given) {
  const name = given.get('indicator');
  if (name === undefined) return {};
  const buffers = listOf(textOf(given, 'buffers')).map(Number);
  const isRight = buffers.length > 0 && buffers.length <= 64 && buffers.every((n) => Number.isInteger(n) && n >= 0);
  if (!isRight || Math.max(...buffers) > 511) throw new UsageError('--buffers must be 1 to 64 numbers from 0 to 511.');
  return { indicator: { name, buffers } };
}

function readKey(given: Given, environment: Readonly<Record<string, string | undefined>>, random: Random) {
  const sources = (['key', 'key-file', 'master-secret-file'] as const).filter((name) => given.has(name));
  if (sources.length > 1) throw new UsageError(`--${sources.join(' and --')} contradict each other: give one of them.`);
  const file = given.get('key-file');
  const text = given.get('key') ?? (file === undefined ? undefined : readText('key-file', file));
  if (text !== undefined) return { keyOf: constant(parseTerminalKey(text)), madeUpKey: undefined };
  const secretFile = given.get('master-secret-file');
  const secret =
    secretFile === undefined ? environment['BRIDGE_MASTER_SECRET'] : readText('master-secret-file', secretFile).trim();
  if (secret) return { keyOf: (id: string) => deriveTerminalKey(secret, id), madeUpKey: undefined };
  const key = random.bytes(KEY_BYTES);
  return { keyOf: constant(key), madeUpKey: formatTerminalKey(key) };
}

const constant = (key: Buffer) => (_id: string) => key;

function readTls(given: Given) {
  const [cert, key] = [given.get('tls-cert'), given.get('tls-key')];
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined) throw new UsageError('TLS needs both --tls-cert and --tls-key.');
  return { tls: { cert: readText('tls-cert', cert), key: readText('tls-key', key) } };
}

function readText(option: OptionName, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${option}: the file ${printable(file, 200)} cannot be read.`, error);
  }
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

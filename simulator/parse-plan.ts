import { isSymbolName, parseZoneRule } from '../src/market/index.js';
import { parseFaultCommand } from './fault-command.js';
import type { SimulatorPlan, SymbolPlan, TerminalPlan } from './plan.js';
import { SimulatorSetupError } from './simulator.errors.js';

/** Whole points of it are exact with 8 digits. */
const MAX_PRICE = 1_000_000;

type Fields = Record<string, unknown>;

/** Reads a plan from parsed JSON. @throws SimulatorSetupError that names all problems, never a secret */
export function parsePlan(value: unknown): SimulatorPlan {
  const problems: string[] = [];
  const plan = fieldsOf(value);
  const check = (holds: boolean, rule: string) => {
    if (!holds) problems.push(rule);
  };
  const gateway = fieldsOf(plan['gateway']);
  check(isText(gateway['host']), 'gateway.host must be a host name or address');
  check(isWhole(gateway['port'], 1, 65_535), 'gateway.port must be 1 to 65535');
  check(optional(plan['masterSecret'], isText), 'masterSecret must be a text');
  check(
    optional(plan['mode'], (mode) => mode === 'synthetic' || mode === 'replay'),
    'mode must be synthetic or replay',
  );
  check(plan['mode'] !== 'replay' || isText(plan['candlesDir']), 'candlesDir is needed for mode replay');
  check(
    optional(plan['seed'], (seed) => isWhole(seed, 0, 2 ** 32 - 1)),
    'seed must be 0 to 4294967295',
  );
  check(
    optional(plan['clockRate'], (rate) => isNumber(rate, 0, 100_000)),
    'clockRate must be 0 to 100000',
  );
  check(
    optional(plan['startTime'], (time) => isWhole(time, 1, 2 ** 40)),
    'startTime must be server seconds above 0',
  );
  check(
    optional(plan['zone'], (zone) => typeof zone === 'string' && parseZoneRule(zone) !== undefined),
    'zone must be a zone such as Europe/Athens, US+2/+3 or UTC+3',
  );
  check(
    optional(plan['pushIntervalMs'], (ms) => isWhole(ms, 1, 60_000)),
    'pushIntervalMs must be 1 to 60000',
  );
  const terminals = Array.isArray(plan['terminals']) ? plan['terminals'].map(fieldsOf) : [];
  check(terminals.length > 0, 'terminals must be a list of at least one');
  check(new Set(terminals.map(({ id }) => id)).size === terminals.length, 'terminal ids must be unique');
  terminals.forEach((terminal, index) => problems.push(...terminalProblems(terminal, `terminals[${index}]`, plan)));
  if (problems.length > 0)
    throw new SimulatorSetupError(`The simulator's plan cannot be used: ${problems.join('; ')}.`);
  return value as SimulatorPlan;
}

function terminalProblems(terminal: Fields, place: string, plan: Fields): string[] {
  const problems: string[] = [];
  const { id, login, key, server, symbols, faults } = terminal as Partial<Record<keyof TerminalPlan, unknown>>;
  if (!isText(id)) problems.push(`${place}.id must be a text`);
  if (!isWhole(login, 1, Number.MAX_SAFE_INTEGER)) problems.push(`${place}.login must be a whole number above 0`);
  if (!optional(server, isText)) problems.push(`${place}.server must be a text`);
  const hasKey = typeof key === 'string' && /^[0-9a-f]{64}$/i.test(key);
  if (key !== undefined && !hasKey) problems.push(`${place}.key must be 64 hexadecimal digits`);
  if (key === undefined && plan['masterSecret'] === undefined)
    problems.push(`${place} needs a key, or the plan a masterSecret`);
  const list = Array.isArray(symbols) ? symbols.map(fieldsOf) : [];
  if (list.length === 0) problems.push(`${place}.symbols must be a list of at least one`);
  list.forEach((symbol, index) => problems.push(...symbolProblems(symbol, `${place}.symbols[${index}]`)));
  for (const fault of Array.isArray(faults) ? faults : []) {
    try {
      parseFaultCommand(fault);
    } catch (error) {
      problems.push(`${place}.faults: ${error instanceof Error ? error.message : 'not a command'}`);
    }
  }
  return problems;
}

function symbolProblems(symbol: Fields, place: string): string[] {
  const { name, brokerName, digits, price } = symbol as Partial<Record<keyof SymbolPlan, unknown>>;
  const problems: string[] = [];
  if (typeof name !== 'string' || !isSymbolName(name)) problems.push(`${place}.name must be a symbol name`);
  if (!optional(brokerName, isText)) problems.push(`${place}.brokerName must be a text`);
  if (!optional(digits, (value) => isWhole(value, 0, 8))) problems.push(`${place}.digits must be 0 to 8`);
  if (!optional(price, (value) => isNumber(value, -MAX_PRICE, MAX_PRICE))) {
    problems.push(`${place}.price must be a number from -${MAX_PRICE} to ${MAX_PRICE}`);
  }
  return problems;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function optional(value: unknown, isValid: (value: unknown) => boolean): boolean {
  return value === undefined || isValid(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 4096;
}

function isNumber(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && isNumber(value, min, max);
}

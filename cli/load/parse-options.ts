import { parseArgs } from 'node:util';
import { nearestOf, printable } from '../../src/kernel/index.js';
import { refuseForeignDatabase } from './database-url.js';
import { UsageError } from './load.errors.js';
import { SCENARIOS, type LoadOptions, type LoadTarget, type QueryType, type Scenario } from './load-options.js';
import { findOption, optionNames, optionOf, type OptionName } from './option-table.js';
import { DEFAULT_POOL, describePool, type PoolShape } from './pool-shape.js';

const MAX_POOLS = 10;
/** The embedded Postgres accepts 200 connections, of which a few stay free for its owner. */
const MAX_DIRECT_CONNECTIONS = 190;
const MAX_BURST_QUERIES = 1_000_000;
/** As many wrong letters are still taken for a slip. */
const MAX_SLIP = 3;

type Given = ReadonlyMap<OptionName, string>;

/**
 * Reads the command line.
 * @returns the options, or `help` when it is requested
 * @throws UsageError naming the option, what it allows and what was given
 */
export function parseOptions(words: readonly string[], environment: NodeJS.ProcessEnv): LoadOptions | 'help' {
  const given = readWords(words);
  if (given.has('help')) return 'help';
  const target = readTarget(given, environment);
  const defaults = given.has('no-pgbouncer') ? DEFAULT_POOL.direct : DEFAULT_POOL.pgbouncer;
  const scenarios = readScenarios(given);
  const burst = readBurst(given);
  const workers = numberOf(given, 'workers');
  const pool = {
    size: numberOf(given, 'pool-size', defaults.size),
    overflow: numberOf(given, 'max-overflow', defaults.overflow),
  };
  const pools = readPools(given);
  refuseTooManyConnections(target, scenarios.includes('pools') ? [pool, ...pools] : [pool]);
  return {
    scenarios,
    queryType: choiceOf(given, 'query-type') as QueryType,
    queries: numberOf(given, 'queries'),
    workers,
    burst,
    pool,
    pools,
    checkoutTimeoutMs: 1000 * numberOf(given, 'pool-timeout', defaults.checkoutTimeoutSeconds),
    queryTimeoutMs: 1000 * numberOf(given, 'query-timeout'),
    maxWaiters: numberOf(given, 'max-waiters', Math.max(workers, burst.size)),
    limitMs: 1000 * numberOf(given, 'max-seconds'),
    target,
    json: given.has('json'),
  };
}

function readWords(words: readonly string[]): Given {
  const options = Object.fromEntries(
    optionNames().flatMap((name) => {
      const { alias, value } = optionOf(name);
      const kind = { type: value === undefined ? 'boolean' : 'string' } as const;
      return [name, alias].filter((each) => each !== undefined).map((each) => [each, kind]);
    }),
  );
  // Not strict, because this function words the faults itself.
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<OptionName, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const name = token.kind === 'positional' ? 'scenario' : nameOf(token.rawName);
    if (given.has(name)) throw new UsageError(`--${name} is given twice.`);
    given.set(name, token.kind === 'positional' ? token.value : valueOf(name, token.value));
  }
  return given;
}

function nameOf(rawName: string): OptionName {
  const name = findOption(rawName.replace(/^--/, ''));
  if (name !== undefined) return name;
  const known = optionNames().map((option) => `--${option}`);
  const [nearest] = nearestOf(rawName, known, () => MAX_SLIP);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new UsageError(`There is no option ${printable(rawName, 40)}.${hint}`);
}

function valueOf(name: OptionName, value: string | undefined): string {
  const isSwitch = optionOf(name).value === undefined;
  if (isSwitch && value !== undefined) throw new UsageError(`--${name} takes no value.`);
  if (!isSwitch && (value === undefined || value === '')) throw new UsageError(`--${name} needs a value.`);
  return value ?? '';
}

/** @param standard the default where it depends on other options */
function numberOf(given: Given, name: OptionName, standard?: number): number {
  const { range, standard: written } = optionOf(name);
  const text = given.get(name) ?? written;
  if (text === undefined) return standard!;
  const { min, max, decimals } = range!;
  const value = (decimals ? /^\d{1,12}(\.\d{1,6})?$/ : /^\d{1,12}$/).test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const kind = decimals ? 'number of seconds' : 'whole number';
  throw new UsageError(`--${name} must be a ${kind} from ${min} to ${max}, not "${printable(text, 40)}".`);
}

function choiceOf(given: Given, name: OptionName): string {
  const { choices = [], standard = '' } = optionOf(name);
  const value = given.get(name) ?? standard;
  if (choices.includes(value)) return value;
  throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not "${printable(value, 40)}".`);
}

function readScenarios(given: Given): readonly Scenario[] {
  const choice = choiceOf(given, 'scenario');
  const scenarios = SCENARIOS.filter((name) => choice === 'all' || choice === name);
  // Refuses options without effect, which would mislead the reader of the figures.
  if (choice === 'pools' && (given.has('pool-size') || given.has('max-overflow'))) {
    throw new UsageError(
      '--pool-size and --max-overflow do not apply to the scenario pools: name its pools by --pools.',
    );
  }
  if (given.has('pools') && !scenarios.includes('pools')) {
    throw new UsageError(`--pools does not apply to the scenario ${choice}: use --pool-size and --max-overflow.`);
  }
  return scenarios;
}

function readBurst(given: Given): LoadOptions['burst'] {
  const [size, count] = [numberOf(given, 'burst-size'), numberOf(given, 'burst-count')];
  if (size * count > MAX_BURST_QUERIES) {
    throw new UsageError(`--burst-size times --burst-count must be at most ${MAX_BURST_QUERIES}, not ${size * count}.`);
  }
  return { size, count, intervalMs: 1000 * numberOf(given, 'burst-interval') };
}

function readPools(given: Given): readonly PoolShape[] {
  const list = given.get('pools') ?? optionOf('pools').standard!;
  const pools = list.split(',').map((text) => {
    const [, size, overflow] = /^(\d{1,3})\+(\d{1,3})$/.exec(text) ?? [];
    const pool = { size: Number(size), overflow: Number(overflow) };
    if (pool.size >= 1 && pool.size <= 200 && pool.overflow <= 200) return pool;
    throw new UsageError(
      `--pools must be a list like 3+5,20+30 with sizes from 1 to 200 and overflows from 0 to 200, not "${printable(list, 40)}".`,
    );
  });
  if (pools.length > MAX_POOLS)
    throw new UsageError(`--pools must name at most ${MAX_POOLS} pools, not ${pools.length}.`);
  return pools;
}

function refuseTooManyConnections(target: LoadTarget, pools: readonly PoolShape[]): void {
  if (target.kind === 'given' || target.pgbouncer) return;
  const tooLarge = pools.find(({ size, overflow }) => size + overflow > MAX_DIRECT_CONNECTIONS);
  if (tooLarge === undefined) return;
  throw new UsageError(
    `Without PgBouncer a pool may have at most ${MAX_DIRECT_CONNECTIONS} connections, not ${describePool(tooLarge)}.`,
  );
}

function readTarget(given: Given, { LOAD_DATABASE_URL }: NodeJS.ProcessEnv): LoadTarget {
  const url = given.get('database-url') ?? (LOAD_DATABASE_URL || undefined);
  if (url === undefined) return { kind: 'own', pgbouncer: !given.has('no-pgbouncer') };
  if (!given.has('yes-i-own-this-database')) refuseForeignDatabase(url);
  return { kind: 'given', url };
}

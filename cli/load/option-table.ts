import { QUERY_TYPES, SCENARIOS } from './load-options.js';
import { COMPARED_POOLS } from './pool-shape.js';

/** Range of an option's number, inclusive. */
interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly decimals: boolean;
}

export interface Option {
  readonly about: string;
  /** Another name, used by the pooling guide for SQLAlchemy. */
  readonly alias?: string;
  /** Placeholder of the value in the help; without it the option is a switch. */
  readonly value?: string;
  /** The default as a user writes it; undefined = none, or part of `about`. */
  readonly standard?: string;
  /** Only for numbers. */
  readonly range?: NumberRange;
  readonly choices?: readonly string[];
}

const whole = (min: number, max: number): NumberRange => ({ min, max, decimals: false });
const seconds = (min: number, max: number): NumberRange => ({ min, max, decimals: true });

/** Every option, in the order of the help. */
export const OPTIONS = {
  scenario: {
    about: 'What to run; may also be written without --scenario.',
    alias: 'test-type',
    value: 'NAME',
    standard: 'concurrent',
    choices: [...SCENARIOS, 'all'],
  },
  queries: { about: 'Queries in all.', alias: 'num-queries', value: 'N', standard: '1000', range: whole(1, 1_000_000) },
  workers: {
    about: 'Callers that ask one query after the other.',
    alias: 'num-workers',
    value: 'N',
    standard: '50',
    range: whole(1, 10_000),
  },
  'query-type': { about: 'Weight of a query.', value: 'TYPE', standard: 'simple', choices: QUERY_TYPES },
  'burst-size': { about: 'Concurrent queries of a burst.', value: 'N', standard: '100', range: whole(1, 10_000) },
  'burst-count': { about: 'Bursts.', alias: 'num-bursts', value: 'N', standard: '10', range: whole(1, 1000) },
  'burst-interval': { about: 'Pause between two bursts.', value: 'SECONDS', standard: '2', range: seconds(0, 60) },
  'pool-size': {
    about: 'Connections that stay open. [5; 20 with --no-pgbouncer]',
    value: 'N',
    range: whole(1, 200),
  },
  'max-overflow': {
    about: 'Additional connections under load. [10; 30 with --no-pgbouncer]',
    value: 'N',
    range: whole(0, 200),
  },
  pools: { about: 'Pools to compare, size+overflow each.', value: 'LIST', standard: COMPARED_POOLS },
  'pool-timeout': {
    about: 'Longest wait for a connection. [10; 30 with --no-pgbouncer]',
    value: 'SECONDS',
    range: seconds(0.1, 300),
  },
  'query-timeout': { about: 'Longest time of one query.', value: 'SECONDS', standard: '7', range: seconds(0.1, 300) },
  'max-waiters': {
    about: 'Callers that may wait for a connection; the gateway allows 4 for each. [all]',
    value: 'N',
    range: whole(0, 10_000),
  },
  'max-seconds': {
    about: 'Ends the test after this time.',
    value: 'SECONDS',
    standard: '300',
    range: seconds(1, 3600),
  },
  'database-url': {
    about: 'Use this database; also LOAD_DATABASE_URL, which keeps the password out of process lists.',
    value: 'URL',
  },
  'yes-i-own-this-database': { about: 'Needed for a database on another machine.' },
  'no-pgbouncer': { about: 'Without PgBouncer in between; with a given database only the pool defaults change.' },
  json: { about: 'One JSON document on standard output and nothing else.' },
  help: { about: 'Show this.' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

/** Finds an option by name or alias. */
export function findOption(name: string): OptionName | undefined {
  if (Object.hasOwn(OPTIONS, name)) return name as OptionName;
  return optionNames().find((known) => optionOf(known).alias === name);
}

export function optionOf(name: OptionName): Option {
  return OPTIONS[name];
}

/** Every name, in the order of the help. */
export function optionNames(): OptionName[] {
  return Object.keys(OPTIONS) as OptionName[];
}

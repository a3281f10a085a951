import { optionNames, optionOf, type OptionName } from './option-table.js';

const COLUMN = 26;

/** Text of `--help`. */
export function helpText(): string {
  return [
    'usage: npm run load -- [concurrent|burst|pools|all] [options]',
    '',
    "Puts load on a connection pool of the gateway's own kind and holds the figures against the thresholds of",
    'docs/load-testing.md. Without --database-url it starts a Postgres and a PgBouncer for itself and removes them.',
    '',
    '  concurrent   --workers callers, each one query after the other, --queries in all',
    '  burst        --burst-count times --burst-size concurrent queries, --burst-interval seconds apart',
    '  pools        the concurrent load on each pool of --pools',
    '  all          the three, in this order',
    '',
    ...optionNames().flatMap(lines),
    '',
    'Exit code: 0 all thresholds met, 1 one was missed, 2 the test could not run, 130 ended by Ctrl-C.',
    'For programs: npm run --silent load -- --json',
    '',
  ].join('\n');
}

function lines(name: OptionName): string[] {
  const { about, alias, value, standard, choices, range } = optionOf(name);
  const details = [
    choices?.join(', '),
    range && `${range.min} to ${range.max}`,
    standard && `[${standard}]`,
    alias && `also --${alias}`,
  ].filter((detail) => detail !== undefined);
  const head = `  --${name}${value === undefined ? '' : ` ${value}`}`;
  const tail = details.length === 0 ? '' : ` (${details.join('; ')})`;
  return head.length < COLUMN + 2
    ? [`${head.padEnd(COLUMN + 2)}${about}${tail}`]
    : [head, `${' '.repeat(COLUMN + 2)}${about}${tail}`];
}

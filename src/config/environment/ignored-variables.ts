import { nearestOf } from '../../kernel/index.js';
import type { EnvironmentSource } from './section.js';

const POOLER = 'a setting of PgBouncer itself; it belongs into docker/pgbouncer, see docs/database.md';

/** Variables of comparable services, and what to use here instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  DB_PREPARE_THRESHOLD: 'not needed, because the gateway names no statement; remove it',
  DEFAULT_POOL_SIZE: POOLER,
  RESERVE_POOL_SIZE: POOLER,
  MAX_CLIENT_CONN: POOLER,
  MAX_DB_CONNECTIONS: POOLER,
  POOL_MODE: POOLER,
};

/** Shorter names resemble each other by chance. */
const MIN_COMPARED_LENGTH = 8;
/** Number of wrong letters that still counts as a typing error. */
const MAX_SLIP = 2;

/**
 * Sentences about variables without effect, so that none is ignored silently: those of other services, and names that
 * are nearly one of `known`. They name variables, never values.
 */
export function ignoredVariables(source: EnvironmentSource, known: Iterable<string>): string[] {
  const names = new Set([...known].flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(source)
    .filter((name) => source[name] !== undefined && source[name] !== '' && !names.has(name))
    .sort()
    .flatMap((name) => {
      const advice = adviceOn(name, names);
      return advice === undefined ? [] : [`${name} is ignored: ${advice}`];
    });
}

function adviceOn(name: string, known: ReadonlySet<string>): string | undefined {
  if (Object.hasOwn(FOREIGN, name)) return FOREIGN[name];
  if (name.length < MIN_COMPARED_LENGTH) return undefined;
  const [nearest] = nearestOf(name, known, () => MAX_SLIP);
  return nearest && `there is no such setting; did you mean ${nearest}?`;
}

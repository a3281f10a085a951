/** The scope that stands for all of them. */
export const ALL_SCOPES = '*';

/** The first of these scopes that `owned` lacks; undefined when it has them all. */
export function lackingScope(wanted: readonly string[], owned: readonly string[]): string | undefined {
  if (owned.includes(ALL_SCOPES)) return undefined;
  return wanted.find((scope) => !owned.includes(scope));
}

/**
 * The scopes that a key may have: those of all admin areas. Listed, because keys are created where not all areas are
 * loaded; `test/contract/openapi.pure.spec.ts` compares both.
 */
export const ADMIN_SCOPES: readonly string[] = [
  'keys',
  'terminals',
  'accounts',
  'tiers',
  'usage',
  'audit',
  'cache',
  'database',
];

/** The scope that stands for all of them. */
export const ALL_SCOPES = '*';

/** The first of these scopes that `owned` lacks; undefined when it has them all. */
export function lackingScope(wanted: readonly string[], owned: readonly string[]): string | undefined {
  if (owned.includes(ALL_SCOPES)) return undefined;
  return wanted.find((scope) => !owned.includes(scope));
}

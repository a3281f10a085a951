type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** The same shape, read-only and with member names in camelCase. */
export type Camelized<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Camelized<Item>[]
    : { readonly [K in keyof T as K extends string ? CamelCase<K> : never]: Camelized<T[K]> };

/** Turns the snake_case members of a configuration file into camelCase. */
export function camelize<T>(value: T): Camelized<T> {
  if (Array.isArray(value)) return value.map(camelize) as Camelized<T>;
  if (typeof value !== 'object' || value === null) return value as Camelized<T>;
  const entries = Object.entries(value).map(([key, inner]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    camelize(inner),
  ]);
  return Object.fromEntries(entries) as Camelized<T>;
}

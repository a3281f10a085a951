interface Document {
  readonly paths: object;
  readonly components?: object;
}

type Parts = Readonly<Record<string, unknown>>;

const SHARED = /^#\/components\/(parameters|responses|examples)\/(.+)$/;

/** The document with the parameters, responses and examples of every operation in their place; schemas stay shared. */
export function withoutSharedParts<D extends Document>(document: D): D {
  const components = (document.components ?? {}) as Readonly<Record<string, Parts>>;
  const inPlace = (_name: string, value: unknown): unknown => {
    const { $ref } = (value ?? {}) as { $ref?: unknown };
    const [, kind, name] = (typeof $ref === 'string' ? SHARED.exec($ref) : undefined) ?? [];
    return kind === undefined ? value : components[kind]?.[name ?? ''];
  };
  return { ...document, paths: JSON.parse(JSON.stringify(document.paths, inPlace)) as D['paths'] };
}

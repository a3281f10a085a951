import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;
type Paths = OpenAPIObject['paths'];
type Parts = Readonly<Record<string, unknown>>;

const REFERENCE = /"#\/components\/(\w+)\/([^"]+)"/g;

/** The components that the paths lead to, in their old order, and all security schemes. */
export function usedComponents(components: Components, paths: Paths): Components {
  const all = components as Readonly<Record<string, Parts>>;
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [reference, kind = '', name = ''] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (used.has(reference)) continue;
      used.add(reference);
      visit(all[kind]?.[name] ?? {});
    }
  };
  visit(paths);
  const isUsed = (kind: string, name: string) =>
    kind === 'securitySchemes' || used.has(JSON.stringify(`#/components/${kind}/${name}`));
  return Object.fromEntries(
    Object.entries(all).map(([kind, parts]) => [
      kind,
      Object.fromEntries(Object.entries(parts).filter(([name]) => isUsed(kind, name))),
    ]),
  );
}

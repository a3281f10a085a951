import type { OpenAPIObject } from '@nestjs/swagger';

/** A schema, as far as an example is made of it. */
interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly example?: unknown;
}

/** The example of an answer: what its schema's members show, with what the route says otherwise. */
export function successExample(document: OpenAPIObject, schema: Schema, changes: unknown): unknown {
  return changed(exampleOf(document, schema), changes);
}

function exampleOf(document: OpenAPIObject, schema: Schema): unknown {
  if ('example' in schema) return schema.example;
  const { $ref, properties, items } = schema;
  if ($ref !== undefined) return exampleOf(document, referred(document, $ref));
  const part = (schema.allOf ?? schema.anyOf ?? schema.oneOf)?.[0];
  if (part !== undefined) return exampleOf(document, part);
  if (properties !== undefined) {
    return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, exampleOf(document, member)]));
  }
  return items === undefined ? null : [exampleOf(document, items)];
}

function referred({ components }: OpenAPIObject, reference: string): Schema {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return components?.schemas?.[name] ?? {};
}

/** Objects are changed member by member, everything else as a whole. `undefined` takes a member away. */
function changed(example: unknown, changes: unknown): unknown {
  if (!isObject(example) || !isObject(changes)) return changes;
  const names = new Set([...Object.keys(example), ...Object.keys(changes)]);
  const members = [...names]
    .filter((name) => !(name in changes && changes[name] === undefined))
    .map((name) => [name, name in changes ? changed(example[name], changes[name]) : example[name]] as const);
  return Object.fromEntries(members);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

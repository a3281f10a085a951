import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { previewGateway, renderOpenApi } from '../../tools/openapi/openapi-document.js';
import { breakingChanges } from '../../tools/openapi/breaking-changes.js';
import { lastRelease } from '../../tools/openapi/releases.js';
import { withoutSharedParts } from '../../tools/openapi/shared-parts.js';
import { ADMIN_SCOPES } from '../../src/access/authority/scopes.js';
import { type AccessRule, findAccessRule } from '../../src/http/index.js';
import { adminAreas } from '../../src/http/routes/area.js';
import { type ErrorCode, errorExamples } from '../../src/kernel/index.js';

/** A schema as far as these tests look into it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly example?: unknown;
}

interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly { readonly name: string; readonly description?: string; readonly schema: Schema }[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Content>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A route as the controllers declare it. */
interface Route {
  readonly id: string;
  readonly paths: readonly string[];
  readonly method: string;
  readonly rule: AccessRule;
}

const TAGS = ['Market data', 'Symbols', 'Account', ...adminAreas().map(({ tag }) => tag), 'Operations', 'Problems'];
const METHODS = ['get', 'post', 'put', 'delete', 'patch'];
const KEY_ERRORS = [
  'unknown-parameter',
  'key-in-query',
  'key-missing',
  'key-invalid',
  'key-expired',
  'key-not-yet-valid',
  'key-revoked',
  'account-suspended',
  'reduced-capacity',
  'shutting-down',
  'internal',
];

const committed = readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8');
const document = withoutSharedParts(JSON.parse(committed) as Document);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, ...operation })),
);
let routes: readonly Route[];

beforeAll(async () => {
  routes = await declaredRoutes();
});

/**
 * Times are null only for those who ask for `time_format=utc`, which the last release did not know; the offset is null
 * where the last release said 0 without knowing it.
 */
const NULL_TIMES = /\.(time|confirmed_at|as_of|after|before|server_utc_offset) is integer or null instead of integer$/;

describe('openapi.json', () => {
  it('is what `npm run openapi` writes now', async () => {
    expect(await renderOpenApi()).toBe(committed);
  });

  it('is at most 500 kB long, because operations share what they answer alike', () => {
    expect(Buffer.byteLength(committed)).toBeLessThanOrEqual(500_000);
  });

  it('breaks no client of the last release', () => {
    const changes = breakingChanges(lastRelease(join(import.meta.dirname, '../..')).document, document);
    expect(changes.filter((change) => !NULL_TIMES.test(change))).toEqual([]);
  });

  it('is an OpenAPI 3.1 document with the closed list of tags, each described, in the order of the page', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.tags.map(({ name }) => name)).toEqual(TAGS);
    expect(document.tags.filter(({ description }) => !description)).toEqual([]);
  });

  it('has an admin area for every scope that a key may have, and no other', () => {
    expect(adminAreas().map(({ scope }) => scope)).toEqual([...ADMIN_SCOPES].sort());
  });

  it('has every route of every controller once, without the aliases', () => {
    const names = routes.flatMap(({ paths, method }) => paths.slice(0, 1).map((path) => `${method} ${path}`));

    expect(operations.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(names.length).toBeGreaterThan(15);
  });

  it('gives every operation an id of its own, a summary and exactly one tag', () => {
    const ids = operations.map(({ operationId }) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+[A-Z][A-Za-z]+$/.test(id))).toEqual([]);
    expect(operations.filter(({ summary }) => !summary).map(({ name }) => name)).toEqual([]);
    expect(
      operations.filter(({ tags }) => tags.length !== 1 || !TAGS.includes(tags[0]!)).map(({ name }) => name),
    ).toEqual([]);
  });

  it('describes and types every parameter', () => {
    const bare = operations.flatMap(({ name, parameters }) =>
      parameters
        .filter(({ description, schema }) => !description || (schema.type ?? schema.oneOf) === undefined)
        .map((parameter) => `${name} ${parameter.name}`),
    );

    expect(bare).toEqual([]);
  });

  it('describes every schema and every property', () => {
    const bare = Object.entries(document.components.schemas).flatMap(([name, schema]) => undescribed(name, schema));

    expect(bare).toEqual([]);
  });
});

describe('every operation of openapi.json', () => {
  it('shows an example for each success answer', () => {
    const bare = operations.flatMap(({ name, responses }) =>
      Object.entries(responses)
        .filter(([status, { content }]) => status.startsWith('2') && !Object.values(content ?? {}).every(hasExample))
        .map(([status]) => `${name} ${status}`),
    );

    expect(bare).toEqual([]);
    expect(operations.filter(({ responses }) => !Object.keys(responses).some((status) => status[0] === '2'))).toEqual(
      [],
    );
  });

  it('says of every member of a JSON answer what it is', () => {
    const open = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        unsaid(`${name} ${status}`, content?.['application/json']?.schema),
      ),
    );

    expect(open).toEqual([]);
  });

  it('shows examples that their schemas allow', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema({ $id: 'api', components: document.components });
    const wrong = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        const { schema, example } = content?.['application/json'] ?? {};
        if (schema === undefined || example === undefined) return [];
        const isValid = ajv.validate(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object, example);
        return isValid ? [] : [`${name} ${status} ${ajv.errorsText()}`];
      }),
    );

    expect(wrong).toEqual([]);
  });

  it('shows success examples with the members that the schema has, and no others', () => {
    const odd = operations.flatMap(({ name, responses }) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([, { content }]) => Object.values(content ?? {}))
        .flatMap(({ schema, example }) => (schema?.$ref === undefined ? [] : unlike(name, schema, example))),
    );

    expect(odd).toEqual([]);
  });

  it('lists every error that its access rule can answer, one example each', () => {
    const lacking = operations.flatMap(({ name, operationId, path, responses }) => {
      const { rule } = routes.find(({ id }) => id === operationId)!;
      const documented = errorCodes(responses);
      return errorsOf(rule, path)
        .filter((code) => !documented.includes(code))
        .map((code) => `${name} ${code}`);
    });

    expect(lacking).toEqual([]);
  });

  it('names only errors under the status that their example has', () => {
    const wrong = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.values(content?.['application/problem+json']?.examples ?? {})
          .filter(({ value }) => (value as { status: number }).status !== Number(status))
          .map(({ value }) => `${name} ${status} ${JSON.stringify(value)}`),
      ),
    );

    expect(wrong).toEqual([]);
  });

  it('shows errors with everything filled in, by the class that declares the example of its code', () => {
    const examples = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content }) =>
        Object.entries(content?.['application/problem+json']?.examples ?? {}),
      ),
    );
    const codes = [...new Set(examples.map(([code]) => code))] as ErrorCode[];

    expect(examples.filter(([, { value }]) => JSON.stringify(value).includes('undefined'))).toEqual([]);
    expect(codes.filter((code) => !errorExamples().has(code)).sort()).toEqual(['internal', 'payload-too-large']);
  });

  it('asks for a key exactly where the route does', () => {
    const open = operations.filter(({ security }) => security === undefined).map(({ operationId }) => operationId);
    const publicRoutes = routes.filter(({ rule }) => rule.kind === 'public').map(({ id }) => id);

    expect(open.sort()).toEqual(publicRoutes.sort());
    for (const { name, tags, security } of operations.filter((operation) => operation.security !== undefined)) {
      const scheme = tags[0]!.startsWith('Admin: ') ? 'admin-key' : 'api-key';
      const asked = security!.flatMap((alternative) => Object.keys(alternative)).sort();
      expect([name, asked]).toEqual([name, [scheme, 'bearer']]);
    }
  });
});

function errorsOf(rule: AccessRule, path: string): readonly string[] {
  if (rule.kind === 'public') return path.startsWith('/api/') ? ['unknown-parameter', 'key-in-query'] : [];
  const query = rule.query === undefined ? [] : ['invalid-parameter'];
  if (rule.kind === 'admin') return [...KEY_ERRORS, ...query, 'scope-required'];
  return [
    ...KEY_ERRORS,
    'invalid-parameter',
    'tier-required',
    ...(rule.counted ? ['quota-exceeded', 'concurrency-exceeded'] : []),
    ...(rule.data ? ['scope-required'] : []),
    ...(rule.series ? ['symbol-not-found'] : []),
    ...(rule.series && path.includes('{timeframe}') ? ['timeframe-not-supported', 'history-loading'] : []),
    ...(rule.series ? ['terminal-disconnected', 'terminal-timeout', 'terminal-error'] : []),
  ];
}

function errorCodes(responses: Operation['responses']): string[] {
  return Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );
}

function hasExample({ example, examples, schema }: Content): boolean {
  return (example ?? examples ?? schema?.example) !== undefined;
}

function undescribed(name: string, schema: Schema): string[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([property, value]) =>
    undescribed(`${name}.${property}`, value),
  );
  return schema.description ? properties : [name, ...properties];
}

/** What a schema refers to, also where it may be null instead. */
function referred(schema: Schema): Schema {
  const reference = schema.$ref ?? (schema.allOf ?? schema.anyOf)?.find(({ $ref }) => $ref !== undefined)?.$ref;
  return reference === undefined
    ? schema
    : document.components.schemas[reference.replace('#/components/schemas/', '')]!;
}

/** Objects whose members nothing is said of; facts of audit events are of any kind on purpose. */
function unsaid(place: string, schema: Schema | undefined): string[] {
  if (schema === undefined) return [];
  const { type, properties, items, additionalProperties } = referred(schema);
  if (items !== undefined) return unsaid(`${place}[]`, items);
  if (type !== 'object') return [];
  if (typeof additionalProperties === 'object') return unsaid(`${place}.*`, additionalProperties);
  if (properties === undefined) return place.endsWith('.detail') && additionalProperties === true ? [] : [place];
  return Object.entries(properties).flatMap(([member, value]) => unsaid(`${place}.${member}`, value));
}

/** Where an example and its schema have different members. */
function unlike(place: string, schema: Schema, example: unknown): string[] {
  const { properties, required = [], items } = referred(schema);
  if (items !== undefined) {
    return (example as unknown[]).flatMap((entry, index) => unlike(`${place}[${index}]`, items, entry));
  }
  if (properties === undefined || example === null) return [];
  const members = Object.keys(example as object).sort();
  const missing = required.filter((member) => !members.includes(member));
  const unknown = members.filter((member) => properties[member] === undefined);
  if (missing.length + unknown.length > 0) return [`${place} lacks ${missing.join()} and has ${unknown.join()}`];
  return members.flatMap((member) =>
    unlike(`${place}.${member}`, properties[member]!, (example as Record<string, unknown>)[member]),
  );
}

/** Read from the controllers themselves, so that a route cannot hide from the document. */
async function declaredRoutes(): Promise<Route[]> {
  const app = await previewGateway();
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const scanner = new MetadataScanner();
  return discovery.getControllers().flatMap(({ metatype }) => {
    const prototype = metatype!.prototype as Record<string, object>;
    const bases = [Reflect.getMetadata('path', metatype!) as string | string[]].flat();
    return scanner.getAllMethodNames(prototype).flatMap((name): Route[] => {
      const handler = prototype[name]!;
      const path = Reflect.getMetadata('path', handler) as string | undefined;
      if (path === undefined) return [];
      const { operationId } = Reflect.getMetadata('swagger/apiOperation', handler) as { operationId: string };
      const method = METHODS[Reflect.getMetadata('method', handler) as number]!;
      return [
        { id: operationId, paths: bases.map((base) => urlOf(base, path)), method, rule: findAccessRule(handler)! },
      ];
    });
  });
}

function urlOf(base: string, path: string): string {
  const url = `/${base}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
  return url.replaceAll(/:([a-z]+)/g, '{$1}');
}

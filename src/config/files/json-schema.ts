import { createRequire } from 'node:module';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { IndicatorsFile } from './indicators.file.js';
import { TerminalsFile } from './terminals.file.js';
import { TiersFile } from './tiers.file.js';

const DEFS = '#/$defs/';

// The generator follows nested classes by class-transformer's metadata, which the package does not export.
const transformerStorage = createRequire(import.meta.url)('class-transformer/cjs/storage.js') as {
  defaultMetadataStorage: NonNullable<
    NonNullable<Parameters<typeof validationMetadatasToSchemas>[0]>['classTransformerMetadataStorage']
  >;
};

/** Generates the JSON Schemas of `config/*.json`, by file name, from the classes that validate them. */
export function renderJsonSchemas(): Readonly<Record<string, object>> {
  const generated = validationMetadatasToSchemas({
    classTransformerMetadataStorage: transformerStorage.defaultMetadataStorage,
    refPointerPrefix: DEFS,
  });
  // Members of several types are described by hand; the generator adds a dangling reference to "Object".
  const schemas = JSON.parse(
    JSON.stringify(generated, (key, value: unknown) =>
      key === '$ref' && value === `${DEFS}Object` ? undefined : value,
    ),
  ) as Readonly<Record<string, object>>;
  return {
    'terminals.schema.json': standalone(TerminalsFile.name, schemas),
    'tiers.schema.json': standalone(TiersFile.name, schemas),
    'indicators.schema.json': standalone(IndicatorsFile.name, schemas),
  };
}

/** One class with everything that it refers to; refuses unknown members, as the gateway does. */
function standalone(root: string, schemas: Readonly<Record<string, object>>): object {
  const names = new Set([root]);
  for (const name of names) {
    for (const [, referred] of JSON.stringify(schemas[name]).matchAll(/"#\/\$defs\/(\w+)"/g)) names.add(referred!);
  }
  const closed = (name: string) => ({ ...schemas[name], additionalProperties: false });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: root,
    ...closed(root),
    $defs: Object.fromEntries([...names].filter((name) => name !== root).map((name) => [name, closed(name)])),
  };
}

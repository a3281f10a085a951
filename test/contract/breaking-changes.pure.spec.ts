import { describe, expect, it } from '@jest/globals';
import { type ApiDocument, breakingChanges, type Schema } from '../../tools/openapi/breaking-changes.js';

const ANSWER: Schema = {
  type: 'object',
  required: ['id', 'parts'],
  properties: {
    id: { type: 'string' },
    size: { type: 'number' },
    parts: { type: 'array', items: { $ref: '#/components/schemas/Answer' } },
  },
};
const BODY: Schema = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', maxLength: 64 }, kind: { type: 'string', enum: ['live', 'adm'] } },
};
const BARS = { name: 'bars', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 5000 } };

interface Parts {
  readonly answer?: Schema;
  readonly body?: Schema;
  readonly parameters?: readonly object[];
  readonly operation?: object;
  readonly paths?: object;
}

function api({
  answer = ANSWER,
  body = BODY,
  parameters = [BARS],
  operation = {},
  paths = {},
}: Parts = {}): ApiDocument {
  const json = (schema: object) => ({ 'application/json': { schema } });
  return {
    paths: {
      '/things': {
        post: {
          operationId: 'makeThing',
          parameters,
          requestBody: { content: json(body) },
          responses: { 201: { content: json({ $ref: '#/components/schemas/Answer' }) }, 404: {} },
          ...operation,
        },
      },
      ...paths,
    },
    components: { schemas: { Answer: answer } },
  };
}

const properties = (schema: Schema, change: Record<string, Schema | undefined>): Schema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries({ ...schema.properties, ...change }).filter(
      (entry): entry is [string, Schema] => entry[1] !== undefined,
    ),
  ),
});

describe('what would break a client', () => {
  it.each<[string, Parts]>([
    ['POST /things is gone', { paths: { '/things': {} } }],
    ['POST /things is called createThing instead of makeThing', { operation: { operationId: 'createThing' } }],
    ['POST /things no longer takes query parameter bars', { parameters: [] }],
    ['POST /things needs header parameter X now', { parameters: [BARS, { name: 'X', in: 'header', required: true }] }],
    ['POST /things bars has a lower maximum', { parameters: [{ ...BARS, schema: { ...BARS.schema, maximum: 10 } }] }],
    ['POST /things bars has a higher minimum', { parameters: [{ ...BARS, schema: { ...BARS.schema, minimum: 2 } }] }],
    ['POST /things no longer answers 201', { operation: { responses: { 200: {} } } }],
    ['POST /things 201 is no longer application/json', { operation: { responses: { 201: {} } } }],
    ['POST /things 201.size is gone', { answer: properties(ANSWER, { size: undefined }) }],
    ['POST /things 201.size is string instead of number', { answer: properties(ANSWER, { size: { type: 'string' } }) }],
    [
      'POST /things 201.id is string or null instead of string',
      { answer: properties(ANSWER, { id: { type: ['string', 'null'] } }) },
    ],
    ['POST /things 201.id may be missing now', { answer: { ...ANSWER, required: ['parts'] } }],
    [
      'POST /things body.kind no longer takes adm',
      { body: properties(BODY, { kind: { type: 'string', enum: ['live'] } }) },
    ],
    [
      'POST /things body.name has a lower maxLength',
      { body: properties(BODY, { name: { type: 'string', maxLength: 8 } }) },
    ],
    ['POST /things body.kind must be sent now', { body: { ...BODY, required: ['name', 'kind'] } }],
    [
      'POST /things needs a body now',
      { operation: { requestBody: { required: true, content: { 'application/json': { schema: BODY } } } } },
    ],
  ])('%s', (change, parts) => {
    expect(breakingChanges(api(), api(parts))).toEqual([change]);
  });

  it.each<[string, Parts]>([
    ['nothing', {}],
    ['a new route', { paths: { '/more': { get: { operationId: 'more' } } } }],
    ['a new optional parameter', { parameters: [BARS, { name: 'from', in: 'query', schema: { type: 'integer' } }] }],
    ['a wider bound', { parameters: [{ ...BARS, schema: { ...BARS.schema, maximum: 10_000 } }] }],
    ['a new member of an answer', { answer: properties(ANSWER, { color: { type: 'string' } }) }],
    ['a narrower type of an answer', { answer: properties(ANSWER, { size: { type: 'integer' } }) }],
    ['a new optional member of a body', { body: properties(BODY, { note: { type: 'string' } }) }],
    [
      'another value that may be sent',
      { body: properties(BODY, { kind: { type: 'string', enum: ['live', 'adm', 'test'] } }) },
    ],
  ])('is not %s', (_, parts) => {
    expect(breakingChanges(api(), api(parts))).toEqual([]);
  });
});

import type { OpenAPIObject } from '@nestjs/swagger';
import { expect, it } from '@jest/globals';
import { successExample } from './success.examples.js';

const THING = {
  type: 'object',
  properties: {
    name: { type: 'string', example: 'a' },
    reason: { type: ['string', 'null'], example: null },
    owner: { allOf: [{ $ref: '#/components/schemas/Owner' }], description: 'Who has it.' },
    parts: { type: 'array', items: { $ref: '#/components/schemas/Owner' } },
    unsaid: { type: 'string' },
  },
};
const document = {
  components: { schemas: { Thing: THING, Owner: { properties: { id: { type: 'string', example: 'x' } } } } },
} as unknown as OpenAPIObject;
const thing = (changes: unknown) => successExample(document, { $ref: '#/components/schemas/Thing' }, changes);

it('makes the example of an answer of the examples of its members, through references and lists', () => {
  expect(thing({})).toEqual({ name: 'a', reason: null, owner: { id: 'x' }, parts: [{ id: 'x' }], unsaid: null });
});

it('changes in the example only the members that a route names, and takes away those that it names undefined', () => {
  expect(thing({ owner: { id: 'y' }, parts: [], unsaid: undefined })).toEqual({
    name: 'a',
    reason: null,
    owner: { id: 'y' },
    parts: [],
  });
});

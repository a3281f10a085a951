import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { apiOutline } from '../support/api-outline.js';

const text = readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8');

// After a change that is meant: npm run jest -- test/contract/api-outline.spec.ts --updateSnapshot
it('openapi.json has the operations, parameters, statuses, error codes and schemas that were agreed on', () => {
  expect(apiOutline(JSON.parse(text) as Parameters<typeof apiOutline>[0])).toMatchSnapshot();
});

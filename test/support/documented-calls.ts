import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ApiDescription,
  DocumentedAnswers,
  type DocumentedOperation,
  operationsOf,
} from './documented-answers.js';

const description = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8')) as ApiDescription;
const answers = new DocumentedAnswers(description);
/** What has a name of its own comes before what any name fits. */
const operations = operationsOf(description)
  .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
  .map((operation) => ({ operation, path: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));

/** Throws when openapi.json does not say that this request may be answered so. Reads the body. */
export async function expectDocumented(method: string, url: string, response: Response): Promise<void> {
  const operation = findOperation(method, url);
  const faults = operation === undefined ? [`${method} ${url} is no route`] : await answers.faults(operation, response);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function findOperation(method: string, url: string): DocumentedOperation | undefined {
  const documented = url.replace(/\?.*$/, '').replace(/^\/api\/(?!v1\/)/, '/api/v1/');
  return operations.find(({ operation, path }) => operation.method === method && path.test(documented))?.operation;
}

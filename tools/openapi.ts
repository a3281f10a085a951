/**
 * `npm run openapi`: writes openapi.json, the description of every route, and its table in docs/reference.md.
 * `npm run openapi -- check`: says what would break clients of the last release; ends with 1 if anything would.
 * `npm run openapi -- release`: keeps the description as that of this version.
 */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { GATEWAY_VERSION } from '../src/config/index.js';
import { type ApiDocument, breakingChanges } from './openapi/breaking-changes.js';
import { renderOpenApi } from './openapi/openapi-document.js';
import { keepRelease, lastRelease } from './openapi/releases.js';
import { renderReference } from './reference/reference-document.js';

const FILE = 'openapi.json';
const say = (line: string) => process.stdout.write(`${line}\n`);

const [command = 'write', ...rest] = process.argv.slice(2);
if (rest.length > 0 || !['write', 'check', 'release'].includes(command)) {
  process.stderr.write('usage: npm run openapi [-- check | release]\n');
  process.exit(2);
}
const text = await renderOpenApi();
if (command === 'check') check(text);
else if (command === 'release') say(`wrote ${keepRelease('.', GATEWAY_VERSION, text)}`);
else {
  writeFileSync(FILE, text);
  writeFileSync('docs/reference.md', renderReference());
  say(`wrote ${FILE} and docs/reference.md`);
}

function check(current: string): void {
  const { version, document } = lastRelease('.');
  const changes = breakingChanges(document, JSON.parse(current) as ApiDocument);
  for (const change of changes) say(change);
  say(`${changes.length} changes would break clients of ${version}`);
  if (changes.length > 0) process.exitCode = 1;
}

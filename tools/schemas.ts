/** `npm run schemas`: writes what is generated from declarations: .env.example, docs/reference.md and config/schemas/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderEnvExample, renderJsonSchemas } from '../src/config/index.js';
import { renderReference } from './reference/reference-document.js';

writeFileSync('.env.example', renderEnvExample());
writeFileSync('docs/reference.md', renderReference());
mkdirSync('config/schemas', { recursive: true });
for (const [name, schema] of Object.entries(renderJsonSchemas())) {
  writeFileSync(`config/schemas/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
}
process.stdout.write('wrote .env.example, docs/reference.md and config/schemas/\n');

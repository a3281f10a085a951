/** `npm run schemas`: writes what is generated from the settings classes: .env.example and config/schemas/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderEnvExample, renderJsonSchemas } from '../src/config/index.js';

writeFileSync('.env.example', renderEnvExample());
mkdirSync('config/schemas', { recursive: true });
for (const [name, schema] of Object.entries(renderJsonSchemas())) {
  writeFileSync(`config/schemas/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
}
process.stdout.write('wrote .env.example and config/schemas/\n');

/** `npm run openapi`: writes openapi.json, the description of every route. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { renderOpenApi } from './openapi-document.js';

writeFileSync('openapi.json', await renderOpenApi());
process.stdout.write('wrote openapi.json\n');

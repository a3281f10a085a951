/**
 * A step of `npm run check`: each name that a folder of `src` exports in its `index.ts` has a user outside that folder
 * that is no test. Tests open the files themselves.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const STATEMENT = /\b(?:import|export)(?:\s+type)?\s*\{([^}]*)\}\s*from\s*'([^']+)'/g;
const isProduction = (file) => !/\.spec\.ts$|^(?:node_modules|dist|test)\//.test(file);

/** Names in braces, with the modules they come from. */
function* namesIn(file) {
  for (const [, list, module] of readFileSync(file, 'utf8').matchAll(STATEMENT)) {
    for (const item of list.split(',').map((text) => text.trim().replace(/^type\s+/, ''))) {
      const [name, alias = name] = item.split(/\s+as\s+/);
      if (name !== '') yield { module: join(dirname(file), module), name, alias };
    }
  }
}

const folders = globSync('*/').filter((folder) => isProduction(`${folder}/`));
const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`)).filter(isProduction);
const used = new Set();
for (const file of files) {
  for (const { module, name } of namesIn(file)) used.add(`${module.replace(/\.js$/, '.ts')} ${name}`);
}
const unused = files
  .filter((file) => /^src\/[^/]+\/index\.ts$/.test(file))
  .flatMap((door) => [...namesIn(door)].map(({ alias }) => `${door} ${alias}`))
  .filter((entry) => !used.has(entry))
  .sort();
for (const entry of unused) console.log(`no user outside the folder, so delete it from the door: ${entry}`);
process.exitCode = unused.length === 0 ? 0 : 1;

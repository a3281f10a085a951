/**
 * `node tools/dashboards.mjs`: writes docker/grafana/dashboards from tools/dashboards. With `--check` it writes
 * nothing and fails when a file is not what it would write.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api } from './dashboards/api.mjs';
import { connectionPool } from './dashboards/connection-pool.mjs';
import { customers } from './dashboards/customers.mjs';
import { terminals } from './dashboards/terminals.mjs';

const folder = join(import.meta.dirname, '../docker/grafana/dashboards');
const files = new Map(
  Object.entries({ 'connection-pool': connectionPool, terminals, api, customers }).map(([name, content]) => [
    `${name}.json`,
    `${JSON.stringify(content, null, 1)}\n`,
  ]),
);

mkdirSync(folder, { recursive: true });
if (process.argv.includes('--check')) check();
else for (const [name, text] of files) writeFileSync(join(folder, name), text);

function check() {
  const names = new Set([...files.keys(), ...readdirSync(folder)]);
  const wrong = [...names].filter((name) => !isCurrent(name));
  if (wrong.length === 0) return;
  console.error(`Not as generated: ${wrong.join(', ')}. Change tools/dashboards and run: node tools/dashboards.mjs`);
  process.exitCode = 1;
}

function isCurrent(name) {
  try {
    return readFileSync(join(folder, name), 'utf8') === files.get(name);
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * One Postgres for the whole run; workers find it by the environment that they inherit. A watchdog stops it and removes
 * its data when this process ends, whichever way that happens.
 */
export default async function setUp() {
  const { EmbeddedPostgres } = await importTypeScript();
  const folder = mkdtempSync(join(tmpdir(), 'mt5-gateway-tests-'));
  // As root the server runs as another user, who has to get in.
  chmodSync(folder, 0o755);
  const watchdog = spawn(process.execPath, [join(root, 'test/support/test-postgres.watchdog.mjs'), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  globalThis.stopTestPostgres = () => stop(watchdog);
  const { url } = await new EmbeddedPostgres({ dataDir: folder, durable: false }).start();
  process.env.TEST_POSTGRES_URL = url;
  // For what else a test server needs; removed with it.
  process.env.TEST_RUN_FOLDER = folder;
}

function stop(watchdog) {
  return new Promise((resolve) => {
    watchdog.once('exit', resolve);
    watchdog.stdin.end();
  });
}

/** Jest does not transform what a set-up imports, so the supervisor and what it imports become JavaScript here. */
async function importTypeScript() {
  const target = join(root, 'node_modules/.cache', `embedded-postgres-${process.pid}`);
  try {
    transpile('embedded-postgres/embedded-postgres.ts', target, new Set());
    writeFileSync(join(target, 'package.json'), '{ "type": "module" }');
    return await import(pathToFileURL(join(target, 'embedded-postgres/embedded-postgres.js')).href);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** One file and, in turn, each that it imports by a relative path. */
function transpile(file, target, done) {
  if (done.has(file)) return;
  done.add(file);
  const { code } = transformSync(readFileSync(join(root, file), 'utf8'), {
    filename: file,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  });
  const place = join(target, file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, code);
  for (const [, imported] of code.matchAll(/from ['"](\.{1,2}\/[^'"]+)\.js['"]/g)) {
    transpile(join(dirname(file), `${imported}.ts`), target, done);
  }
}

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { Refusal, root, say } from './paths.mjs';

const dist = join(root, 'dist');
const stamp = join(dist, '.sources');
// The benchmarks compare with, and take their candles from, two folders of the test tree.
const programs = [
  'src',
  'simulator',
  'agent',
  'conformance',
  'migrations',
  'bench',
  'cli',
  'tools',
  'embedded-postgres',
];
const sourceRoots = [...programs, 'test/naive', 'test/support'];
const settings = ['.swcrc', 'package-lock.json'];

/** Builds dist when a source was added, changed or deleted since the last build. */
export async function ensureBuilt(node) {
  if (isCurrent()) return;
  await exclusively(join(root, '.build.lock'), 'Another command is building; waiting.', () => {
    if (!isCurrent()) build(node, fingerprint());
  });
}

/** What the compiler command line has in common between a build and a watch. */
export function compilerArguments(outDir) {
  const roots = sourceRoots.filter((folder) => existsSync(join(root, folder)));
  const patterns = ['--extensions', '.ts', '--ignore', '**/*.spec.ts', '--ignore', '**/*.d.ts'];
  return ['node_modules/@swc/cli/bin/swc.js', ...roots, '--out-dir', outDir, ...patterns];
}

const isCurrent = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();

/** Name, size and time of every source: reading them all would cost more than it saves. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [...settings, ...sourceRoots.flatMap((folder) => sourcesIn(folder))]) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function sourcesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true }).map((name) => String(name));
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/**
 * Builds into a second folder and swaps by rename, so that deleted sources vanish and a failed build changes nothing.
 */
function build(node, sources) {
  const next = `${dist}.next`;
  rmSync(next, { recursive: true, force: true });
  const options = { cwd: root, encoding: 'utf8' };
  const result = spawnSync(node, [...compilerArguments(next), '--quiet'], options);
  if (result.status !== 0) {
    rmSync(next, { recursive: true, force: true });
    throw new Refusal(`${result.stdout ?? ''}${result.stderr ?? ''}\nThe build failed; nothing was started.`.trim());
  }
  writeFileSync(join(next, '.sources'), sources);
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
  say('Built.');
}

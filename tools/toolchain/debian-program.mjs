/** Programs that tests need and npm does not have: taken from the PATH, else installed with apt where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './paths.mjs';

/** Debian puts servers into the last, which is not on the PATH of every ordinary user. */
const WHERE = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].filter((folder) => folder !== '');
const APT_LIMIT_MS = 300_000;

/**
 * Installs a Debian package where that is possible without asking; true when all its programs can be used afterwards.
 * Its service is neither started nor enabled.
 */
export function ensureDebianProgram({ name, debianPackage, programs }) {
  const isThere = () => programs.every((program) => WHERE.some((folder) => existsSync(join(folder, program))));
  if (isThere()) return true;
  if (canInstall()) install(name, debianPackage);
  if (isThere()) return true;
  say(`${name} is missing: install it (Debian: apt-get install ${debianPackage}). The tests that need it will fail.`);
  return false;
}

const canInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

function install(name, debianPackage) {
  say(`Installing ${name} for the tests ...`);
  withoutServiceStart(() => {
    apt('update');
    const { status, stdout, stderr } = apt('install', '--yes', '--no-install-recommends', debianPackage);
    if (status !== 0) say(`${stdout ?? ''}${stderr ?? ''}`);
    else disableService(debianPackage);
  });
}

function apt(...words) {
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=120'];
  return spawnSync('apt-get', [...quiet, ...words], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: APT_LIMIT_MS,
  });
}

/**
 * Debian starts a service with its package unless policy-rc.d says no (101). An existing one belongs to another owner
 * and stays.
 */
function withoutServiceStart(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

/** The package also has it started at the next boot. These two change links only and work without systemd. */
function disableService(service) {
  const quiet = { stdio: 'ignore' };
  spawnSync('deb-systemd-helper', ['disable', `${service}.service`], quiet);
  spawnSync('update-rc.d', [service, 'disable'], quiet);
}

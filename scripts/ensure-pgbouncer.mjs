/** PgBouncer for the tests: stores and migrations are tried through a real one in transaction mode. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './toolchain/paths.mjs';

/** Debian puts it here, which is not on the PATH of every ordinary user. */
const WHERE = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].filter((folder) => folder !== '');
const APT_LIMIT_MS = 300_000;

/** Installs PgBouncer where that is possible without asking; true when it can be used afterwards. */
export function ensurePgbouncer() {
  if (isThere()) return true;
  if (canInstall()) install();
  if (isThere()) return true;
  say('PgBouncer is missing: install it (Debian: apt-get install pgbouncer). The tests that need it will fail.');
  return false;
}

const isThere = () => WHERE.some((folder) => existsSync(join(folder, 'pgbouncer')));
const canInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

function install() {
  say('Installing PgBouncer for the tests ...');
  withoutServiceStart(() => {
    apt('update');
    const { status, stdout, stderr } = apt('install', '--yes', '--no-install-recommends', 'pgbouncer');
    if (status !== 0) say(`${stdout ?? ''}${stderr ?? ''}`);
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
 * Debian starts a service with its package unless policy-rc.d says no (101). One that is already there belongs to
 * somebody else and stays.
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

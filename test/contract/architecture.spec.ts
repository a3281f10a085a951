import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

/** What is read of dependency-cruiser's report. */
interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

const root = join(import.meta.dirname, '../..');
const fixture = join(root, 'test/fixtures/architecture');

describe('the direction table', () => {
  let repository: Promise<Report>;
  beforeAll(() => {
    repository = cruise(root);
  });

  it('is kept by src and by the programs beside it', async () => {
    const { summary } = await repository;

    expect(summary.violations).toEqual([]);
  });

  it('is held against as many modules as there are files in src', async () => {
    const { modules } = await repository;
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });

    expect(
      modules
        .filter(({ source }) => source.startsWith('src/'))
        .map(({ source }) => source)
        .sort(),
    ).toEqual(
      files
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `src/${file}`)
        .sort(),
    );
  });

  it('reports each planted violation: of folders, of rooms, of rooms that no table names', async () => {
    const { summary } = await cruise(fixture);

    expect(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort()).toEqual([
      'cli-needs-no-tools: cli/keys.ts',
      'declared: tools/plan.ts',
      'direction-bridge: src/bridge/index.ts',
      'embedded-postgres-stands-alone: embedded-postgres/cluster.ts',
      'mql5-harness-is-no-gateway: mql5-harness/build.ts',
      'room-terminals-admin: src/terminals/admin/wiring.ts',
      'room-terminals-pool: src/terminals/pool/pool.ts',
      'src-is-below-its-programs: src/config/index.ts',
      'unlisted-room-market: src/market/attic/box.ts',
      'unlisted-rooms: src/kernel/cellar/bottle.ts',
    ]);
  });
});

describe('the doors of src', () => {
  it('export nothing that has no user outside their folder', async () => {
    expect(await unusedExports(root)).toBe('');
  });

  it('are reported with each name that has none', async () => {
    expect(await unusedExports(fixture)).toBe(
      'no user outside the folder, so delete it from the door: src/bridge/index.ts address\n' +
        'no user outside the folder, so delete it from the door: src/config/index.ts keys\n',
    );
  });
});

/** What the step of `npm run check` prints. */
function unusedExports(directory: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(root, 'tools/doors.mjs')], { cwd: directory }, (_error, stdout, stderr) => {
      if (stderr === '') resolve(stdout);
      else reject(new Error(stderr));
    });
  });
}

/** The same program and rules as in `npm run check`; it exits with the number of violations, so the report decides. */
function cruise(directory: string): Promise<Report> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const words = [
    program,
    '--config',
    join(root, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    ...foldersIn(directory),
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { cwd: directory, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`dependency-cruiser reported nothing: ${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}

/** All folders that hold programs: those of the repository whose code is neither a test nor built, all of the fixture. */
function foldersIn(directory: string): readonly string[] {
  const others = new Set(['node_modules', 'dist', 'test']);
  const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => !others.has(name) && holdsCode(join(directory, name)));
}

const holdsCode = (folder: string): boolean =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => /\.m?ts$/.test(file));

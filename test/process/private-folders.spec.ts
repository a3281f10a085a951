import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimFolder } from '../../agent/folder-claim.js';
import { LineSpool } from '../../src/persistence/spool/line-spool.js';
import { DemoSite } from './demo-program.js';
import { CLONE } from './program.js';

/** Root's Postgres runs as another user, who passes through but reads nothing. */
const OTHERS_MAY = process.getuid?.() === 0 ? 0o011 : 0;

/** Git with none of the settings of the machine. */
function git(folder: string, ...words: readonly string[]): string[] {
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: folder };
  return execFileSync('git', words, { cwd: folder, env, encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** What a `git add .` of the folder would stage. */
function staged(folder: string): string[] {
  return git(folder, 'add', '-n', '.').map((line) => /^add '(.*)'$/.exec(line)?.[1] ?? line);
}

/** Folders and files below a folder that others may read, each with its mode. */
function openToOthers(folder: string): string[] {
  const names = ['.', ...readdirSync(folder, { recursive: true }).map(String)];
  return names.flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    // The folders around it keep others out of what Postgres writes itself.
    if (stat === undefined || name.includes('cluster/')) return [];
    const mode = stat.mode & 0o077 & ~(stat.isDirectory() ? OTHERS_MAY : 0);
    return mode === 0 ? [] : [`${name} ${(stat.mode & 0o777).toString(8)}`];
  });
}

describe('the folder of a demo that runs in a git checkout', () => {
  let site: DemoSite;
  beforeEach(() => {
    site = new DemoSite();
    git(site.folder, 'init', '--quiet');
  });
  afterEach(() => site.close(), 60_000);

  it('is ignored by git without a word in the checkout, and holds nothing that others may read', async () => {
    await site.ready(site.start({ AUDIT_SPOOL_DIR: '' }));

    expect(statSync(join(site.dataDir, 'secrets.json')).size).toBeGreaterThan(0);
    const data = relative(site.folder, site.dataDir);
    expect(git(site.folder, 'status', '--porcelain', '--ignored')).toEqual(['?? config/', `!! ${data}/`]);
    expect(staged(site.folder).sort()).toEqual(
      ['indicators.json', 'terminals.json', 'tiers.json'].map((file) => `config/${file}`),
    );
    expect(openToOthers(site.dataDir)).toEqual([]);
  });

  it('is closed to others although an older demo has left it open', async () => {
    mkdirSync(site.dataDir, { mode: 0o755 });
    const secrets = { masterSecret: 'a'.repeat(64), keyPepper: 'b'.repeat(64) };
    writeFileSync(join(site.dataDir, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
    await site.ready(site.start());

    expect(openToOthers(site.dataDir)).toEqual([]);
    expect(staged(site.folder).filter((file) => !file.startsWith('config/'))).toEqual([]);
  });

  it('keeps its mode where it also holds files of others', async () => {
    mkdirSync(site.dataDir, { mode: 0o755 });
    writeFileSync(join(site.dataDir, 'notes.txt'), 'mine');
    await site.ready(site.start());

    expect(statSync(site.dataDir).mode & 0o777).toBe(0o755);
    expect(openToOthers(site.dataDir).sort()).toEqual(['. 755', 'notes.txt 644']);
  });
});

describe('a folder that the product writes into', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mt5gw-private-'));
    git(folder, 'init', '--quiet');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is closed and ignored by itself: the spool of rows that wait for the database', async () => {
    const spool = new LineSpool<number>(
      {
        folder: join(folder, 'audit-spool'),
        database: 'one',
        maxBytes: 100_000,
        now: () => 1,
        warn: (message) => expect(message).toBe(''),
      },
      { name: 'audit', isRow: (value): value is number => typeof value === 'number', batchRows: 10 },
    );
    expect(await spool.append([1, 2])).toBe(2);

    expect(openToOthers(join(folder, 'audit-spool'))).toEqual([]);
    expect(staged(folder)).toEqual([]);
  });

  it("is closed and ignored by itself: the folder of an agent's terminals", async () => {
    const terminals = join(folder, 'terminals');
    const release = await claimFolder(terminals, { commandLine: () => Promise.resolve('agent') } as never);

    expect(openToOthers(terminals)).toEqual([]);
    expect(staged(folder)).toEqual([]);
    await release();
  });

  it.each([
    '.data/secrets.json',
    'data/audit-spool/audit-x.spool',
    'logs/gateway.log',
    'terminals/MT5_01/mt5-gateway.ini',
    'userlist.txt',
    'docker/userlist.txt',
    'docker/secrets/master_secret',
    'docker/.env',
    '.env',
  ])('is ignored in a clone of this repository: %s', (file) => {
    cpSync(join(CLONE, '.gitignore'), join(folder, '.gitignore'));
    mkdirSync(join(folder, 'docker'));
    cpSync(join(CLONE, 'docker', '.gitignore'), join(folder, 'docker', '.gitignore'));
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'secret');

    expect(staged(folder).sort()).toEqual(['.gitignore', 'docker/.gitignore']);
  });

  it('is ignored in a clone of this repository under its default name', () => {
    const example = readFileSync(join(CLONE, '.env.example'), 'utf8');
    const defaults = [...example.matchAll(/^# (DATA_DIR|AUDIT_SPOOL_DIR|AGENT_TERMINALS_DIR)=(.+)$/gm)];
    expect(defaults.map(([, name]) => name!).sort()).toEqual(['AGENT_TERMINALS_DIR', 'AUDIT_SPOOL_DIR', 'DATA_DIR']);
    cpSync(join(CLONE, '.gitignore'), join(folder, '.gitignore'));
    for (const [, , path] of defaults) {
      mkdirSync(join(folder, path!), { recursive: true });
      writeFileSync(join(folder, path!, 'file'), 'secret');
    }

    expect(staged(folder)).toEqual(['.gitignore']);
  });
});

import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DemoSite } from './demo-program.js';
import { CLONE, DIST } from './program.js';

const NOBODY = 65_534;

let site: DemoSite;
let place: string;
beforeEach(() => {
  site = new DemoSite();
  place = mkdtempSync(join(tmpdir(), 'mt5gw-clone-'));
});
afterEach(async () => {
  await site.close();
  rmSync(place, { recursive: true, force: true });
});

/** A clone of which nothing is shared with this one: build, Postgres and all packages that production needs. */
function cloneIn(folder: string): string[] {
  cpSync(DIST, join(folder, 'dist'), { recursive: true });
  cpSync(join(CLONE, 'package.json'), join(folder, 'package.json'));
  const { packages } = JSON.parse(readFileSync(join(CLONE, 'node_modules', '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(packages)) {
    const isNested = path.lastIndexOf('node_modules/') > 0;
    const isNode = path.startsWith('node_modules/node-');
    if (dev === true || isNested || isNode || !existsSync(join(CLONE, path))) continue;
    cpSync(join(CLONE, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  return [join(folder, 'dist', 'cli', 'demo.js')];
}

/** Who a process runs as. */
function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Root starts it as somebody else; an ordinary user as himself. */
const ORDINARY = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const ORDINARY_UID = process.getuid?.() === 0 ? NOBODY : process.getuid!();

describe('who starts the demo, and where', () => {
  it('works in a clone and with data that no other user may enter, and finds its data again', async () => {
    chmodSync(place, 0o700);
    chmodSync(site.folder, 0o700);
    const program = cloneIn(place);
    const first = site.start({}, { program });
    const before = await site.ready(first);
    first.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(site.processes()).toEqual([]);
    expect((await site.ready(site.start({}, { program }))).pro_key).toBe(before.pro_key);
  });

  it('never lets Postgres run as root', async () => {
    await site.ready(site.start());
    expect(userOf(site.postgresPid())).toBeGreaterThan(0);
  });

  it('works for an ordinary user, who runs all of it', async () => {
    const program = cloneIn(place);
    const node = join(place, 'node');
    cpSync(process.execPath, node);
    chmodSync(place, 0o755);
    chownSync(site.folder, ORDINARY_UID, ORDINARY_UID === NOBODY ? NOBODY : process.getgid!());
    const demo = site.start({ HOME: site.folder }, { program, node, ...ORDINARY });
    const file = await site.ready(demo);
    expect((await fetch(`${file.url}/api/health`)).status).toBe(200);
    for (const pid of site.processes()) expect(userOf(pid)).toBe(ORDINARY_UID);
  });
});

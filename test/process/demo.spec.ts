import { execFile } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DemoFile, DemoSite } from './demo-program.js';
import { CLONE, freePort, isAlive, type Program } from './program.js';
import { until } from '../support/until.js';

// A start takes three seconds on a quiet machine; two workers of a busy one need more.
let site: DemoSite;
beforeEach(() => {
  site = new DemoSite();
});
afterEach(() => site.close());

async function stop(demo: Program): Promise<void> {
  demo.kill('SIGTERM');
  expect(await demo.ended).toEqual({ code: 0, signal: null });
  expect(site.processes()).toEqual([]);
}

async function ask<T>({ url, pro_key: key }: DemoFile, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`, { headers: { 'X-API-Key': key } });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

/** Frames of bars that the gateway has received. */
async function fetchedChunks({ url }: DemoFile): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^mt5gw_bridge_frames_total\{direction="in",type="rates"\} (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

describe('the demo', () => {
  it('says where it is and what works, in words and in demo.json', async () => {
    const [port, bridgePort] = [await freePort(), await freePort()];
    const env = { PORT: String(port), BRIDGE_PORT: String(bridgePort) };
    const demo = site.start(env, { program: [join(CLONE, 'tools', 'run.mjs'), 'demo'] });
    const file = await site.ready(demo);

    expect(file).toEqual({
      url: `http://127.0.0.1:${port}`,
      bridge: `127.0.0.1:${bridgePort}`,
      free_key: expect.stringMatching(/^mt5g_live_/),
      pro_key: expect.stringMatching(/^mt5g_live_/),
      admin_key: expect.stringMatching(/^mt5g_adm_/),
    });
    expect(statSync(site.demoFile).mode & 0o777).toBe(0o600);
    expect(demo.stdout).toContain(`${file.url}/docs`);
    const lines = [...demo.stdout.matchAll(/^ {2}curl -s (.*)$/gm)].map(([, line]) => line!);
    expect(lines.length).toBeGreaterThanOrEqual(7);
    for (const line of lines) {
      const command = `curl -s -o /dev/null -w '%{http_code}' ${line}`;
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command]);
      expect(`${line} ${stdout}`).toBe(`${line} 200`);
    }
    expect((await fetch(`${file.url}/docs`)).status).toBe(200);
    await stop(demo);
    const said = demo.output + readFileSync(join(site.dataDir, 'simulator.log'), 'utf8');
    const secrets = JSON.parse(readFileSync(join(site.dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
    const password = readFileSync(join(site.dataDir, 'postgres', 'password'), 'utf8').trim();
    for (const secret of [...Object.values(secrets), password]) expect(said).not.toContain(secret);
    expect(demo.stderr).not.toMatch(/mt5g_(live|adm)_/);
    await expect(fetch(file.url)).rejects.toThrow('fetch failed');
  });

  it('finds its bars and its keys again, and makes new keys where demo.json is missing', async () => {
    const first = site.start();
    const before = await site.ready(first);
    const fetchedAtFirst = await fetchedChunks(before);
    await stop(first);
    const second = site.start();
    const after = await site.ready(second);
    expect({ ...after, url: '', bridge: '' }).toEqual({ ...before, url: '', bridge: '' });
    // Four series of 5200 bars in chunks of 1000; with what the database has, only the newest bars of each.
    expect(fetchedAtFirst).toBeGreaterThanOrEqual(4 * 6);
    expect(await fetchedChunks(after)).toBeLessThanOrEqual(4 * 2);
    const { data } = await ask<{ data: { ohlc: unknown[] } }>(after, '/api/v1/indicators/EURUSD/H1?bars=5000');
    expect(data.ohlc).toHaveLength(5000);
    await stop(second);
    rmSync(site.demoFile);
    expect((await site.ready(site.start())).pro_key).not.toBe(before.pro_key);
  });

  it('recovers after all of it was killed', async () => {
    const first = site.start();
    const before = await site.ready(first);
    const pids = site.processes();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until(() => !pids.some(isAlive), 'all processes have ended');
    const after = await site.ready(site.start());
    expect(after.pro_key).toBe(before.pro_key);
    await ask(after, '/api/v1/indicators/XAUUSD/M5');
  });

  it('recovers after its starter alone was killed, on the same ports', async () => {
    const env = { PORT: String(await freePort()), BRIDGE_PORT: String(await freePort()) };
    const first = site.start(env);
    const before = await site.ready(first);
    first.killGroup('SIGKILL');
    await first.ended;
    expect(await site.ready(site.start(env))).toEqual(before);
  });

  it('starts a killed gateway, killed terminals and a killed Postgres again while it runs', async () => {
    const demo = site.start();
    const file = await site.ready(demo);
    const works = async (): Promise<boolean> => {
      const answer = await fetch(`${file.url}/api/v1/indicators/EURUSD/H1`, {
        headers: { 'X-API-Key': file.pro_key },
      }).catch(() => undefined);
      return answer?.status === 200;
    };
    for (const victim of ['src/main.js', 'simulator/main.js']) {
      const pid = site.processOf(victim);
      process.kill(pid, 'SIGKILL');
      await demo.until(() => !isAlive(pid));
      await demo.until(() => site.processes().some((one) => one !== pid && commandOf(one).includes(victim)));
      await demo.until(works);
    }
    process.kill(site.postgresPid(), 'SIGKILL');
    await demo.until(() => demo.stderr.includes('Postgres ended unexpectedly'));
    const health = async () => (await fetch(`${file.url}/health/ready`)).status === 200;
    await demo.until(health);
    await demo.until(works);
    await stop(demo);
  });

  it('lets nobody else start on its folder, and goes on undisturbed', async () => {
    const first = site.start();
    const file = await site.ready(first);
    const second = site.start();
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr).toMatch(
      /^demo: A demo is already running on .*\(process \d+\)\..* DATA_DIR, PORT and BRIDGE_PORT\.\n$/,
    );
    expect(JSON.parse(readFileSync(site.demoFile, 'utf8'))).toEqual(file);
    await ask(file, '/api/v1/symbols');
  });

  it.each(['PORT', 'BRIDGE_PORT'])('names the port that is taken, and %s', async (setting) => {
    const intruder = createServer().listen(0, '127.0.0.1');
    await once(intruder, 'listening');
    const { port } = intruder.address() as { port: number };
    try {
      const demo = site.start({ [setting]: String(port) });
      expect(await demo.ended).toEqual({ code: 1, signal: null });
      expect(demo.stderr).toBe(
        `demo: port ${port} on 127.0.0.1 is already in use by another program; free it or set ${setting} to another port\n`,
      );
    } finally {
      intruder.close();
    }
  });

  it('names file and place of a broken configuration before it starts anything', async () => {
    site.configure('tiers.json', '{\n  "tiers": [\n    {"name": "FREE" "rank": 1}\n  ]\n}');
    const demo = site.start();
    expect(await demo.ended).toEqual({ code: 1, signal: null });
    expect(demo.stderr).toContain(join(site.configDir, 'tiers.json'));
    expect(demo.stderr).toMatch(/line 3/);
    expect(demo.stderr).not.toMatch(/^\s+at /m);
    expect(demo.stdout).toBe('');
  });

  it('can be stopped in the middle of a start', async () => {
    const demo = site.start();
    await demo.until(() => demo.stdout.includes('starting Postgres'));
    await stop(demo);
    await site.ready(site.start());
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

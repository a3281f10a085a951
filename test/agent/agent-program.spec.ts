import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkAgents } from '../../cli/doctor/agents.js';
import { fetchMetrics } from '../../cli/doctor/metrics-text.js';
import { deriveAgentKey, deriveTerminalKey, formatTerminalKey } from '../../src/bridge/index.js';
import { DIST, isAlive, Program, run } from '../process/program.js';
import { GatewaySetup, type GatewayUnderTest, MASTER_SECRET } from '../support/gateway-under-test.js';

const AGENT = join(DIST, 'agent', 'main.js');
const FAKE_TERMINAL = join(import.meta.dirname, 'fake-terminal.mjs');
const PASSWORDS: Readonly<Record<string, string>> = { MT5_01: 'first secret #1', MT5_02: 'second; secret=2' };
const IDS = Object.keys(PASSWORDS);
const KEYS = IDS.map((id) => formatTerminalKey(deriveTerminalKey(MASTER_SECRET, id)));
const AGENT_KEY = formatTerminalKey(deriveAgentKey(MASTER_SECRET, 'main'));
const SECRETS = [...Object.values(PASSWORDS), ...KEYS, AGENT_KEY];
const MEMORY_LIMIT_MB = 700;
/** Longer than a program needs to start on a busy machine: one that is ended while it starts would never be back. */
const RESTART_AFTER_S = 8;

/** What the admin routes say of a terminal's host. */
interface Host {
  readonly attached: boolean;
  readonly process: {
    readonly state: string;
    readonly pid: number | null;
    readonly memory_mb: number | null;
    readonly restarts: number;
    readonly started_at: string | null;
    readonly last_exit: string | null;
  };
}

let folder = '';
let gateway: GatewayUnderTest;
let adminKey = '';
let agent: Program;
/** Every terminal that was ever seen running. */
const pids = new Set<number>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-program-'));
  gateway = await new GatewaySetup()
    .terminal('MT5_01', 'EURUSD')
    .terminal('MT5_02', 'XAUUSD')
    .timeframes('H1')
    .environment({ TERMINAL_RESTART_AFTER_MS: String(RESTART_AFTER_S * 1000) })
    .withoutTerminals()
    .start();
  adminKey = await gateway.key({ kind: 'adm', scopes: ['terminals'] });
  const terminals = IDS.map((id, index) => {
    mkdirSync(join(folder, 'terminals', id), { recursive: true });
    const name = index === 0 ? 'EURUSD' : 'XAUUSD';
    return { id, login: 1000 + index, server: 'Test-Server', symbols: [{ name }] };
  });
  writeFileSync(join(folder, 'terminals.json'), JSON.stringify({ terminals }));
  writeFileSync(join(folder, 'password'), PASSWORDS['MT5_01']!);
  agent = new Program([AGENT], { cwd: folder, env: environment() });
});
afterAll(async () => {
  agent?.kill('SIGTERM');
  await agent?.ended;
  await gateway?.close();
  rmSync(folder, { recursive: true });
});

function environment(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    CONFIG_DIR: folder,
    AGENT_TERMINALS_DIR: join(folder, 'terminals'),
    AGENT_KEY,
    AGENT_GATEWAY_PORT: String(gateway.pool.address.port),
    AGENT_TERMINAL_PROGRAM: process.execPath,
    AGENT_TERMINAL_ARGUMENTS: `${FAKE_TERMINAL} /portable /config:{ini}`,
    AGENT_START_INTERVAL_MS: '300',
    AGENT_WATCH_INTERVAL_MS: '200',
    AGENT_RESTART_DELAY_MS: '100',
    AGENT_RESTARTS_PER_HOUR: '100',
    AGENT_MEMORY_LIMIT_MB: String(MEMORY_LIMIT_MB),
    AGENT_STOP_TIMEOUT_MS: '2000',
    MT5_01_PASSWORD_FILE: join(folder, 'password'),
    MT5_02_PASSWORD: PASSWORDS['MT5_02']!,
    MT5_01_BRIDGE_KEY: KEYS[0]!,
    MT5_02_BRIDGE_KEY: KEYS[1]!,
    ...changes,
  };
}

async function hostOf(id: string): Promise<Host | null> {
  const { body } = await gateway.ask<{ data: { host: Host | null } }>(`/api/v1/admin/terminals/${id}`, {
    key: adminKey,
  });
  return body.data.host;
}

/** Looks again until it is so; generous, because a busy machine starts programs slowly. */
async function eventually(id: string, isSo: (host: Host) => boolean): Promise<Host> {
  const limitMs = performance.now() + 60_000;
  for (;;) {
    const host = await hostOf(id);
    if (host?.process?.pid) pids.add(host.process.pid);
    if (host?.process && isSo(host)) return host;
    if (performance.now() > limitMs) throw new Error(`${JSON.stringify(host)}\n${agent.output}`);
    await wait(50);
  }
}

/** Running as another process than before, and its bridge is back. */
async function backAfter(id: string, before: Host): Promise<Host> {
  const host = await eventually(
    id,
    ({ process }) => process.state === 'running' && process.pid !== before.process.pid && isReady(id),
  );
  expect(host.process.restarts).toBeGreaterThan(before.process.restarts);
  return host;
}

const isReady = (id: string) => gateway.pool.getTerminal(id).state === 'ready';
const running = (id: string) => eventually(id, ({ process }) => process.state === 'running' && isReady(id));
const tell = (id: string, command: string) => writeFileSync(join(folder, 'terminals', id, 'command'), command);

describe('npm run agent', () => {
  it('brings the terminals of its host to the gateway, logged in as configured', async () => {
    await running('MT5_01');
    await running('MT5_02');

    for (const [index, id] of IDS.entries()) {
      const hash = createHash('sha256').update(PASSWORDS[id]!).digest('hex');
      expect(readFileSync(join(folder, 'terminals', id, 'logged-in'), 'utf8')).toBe(`${1000 + index} ${hash}`);
    }
    const metrics = await gateway.metrics();
    expect(metrics).toContain('mt5gw_agent_up{host="main"} 1');
    expect(metrics).toContain('mt5gw_agent_process_up{terminal="MT5_01"} 1');
    await eventually('MT5_01', ({ process }) => (process.memory_mb ?? 0) > 0);
    const placed = IDS.map((id) => ({ id, host: 'main' }));
    expect(checkAgents(placed, await fetchMetrics(`${gateway.url}/metrics`))).toEqual([
      { what: 'agent main', state: 'ok', detail: 'attached, 2 of 2 programs run' },
    ]);
  });

  it('tells its secrets to nobody: not in command lines, environments of terminals, files or log', async () => {
    const open = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const commandLines = open.map((pid) => read(`/proc/${pid}/cmdline`)).join('\n');
    expect(commandLines).toContain(FAKE_TERMINAL);
    const environments = [...pids].map((pid) => read(`/proc/${pid}/environ`)).join('\n');
    expect(environments).toContain('PATH=');
    for (const secret of SECRETS) {
      expect(commandLines).not.toContain(secret);
      expect(environments).not.toContain(secret);
      expect(agent.output).not.toContain(secret);
    }
    for (const name of readdirSync(join(folder, 'terminals', 'MT5_01'), { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, 'terminals', 'MT5_01', name);
      if (/\.(ini|set|pid)$/.test(name)) expect(statSync(path).mode & 0o077).toBe(0);
    }
  });

  it("restarts a terminal for real when the gateway's route asks", async () => {
    const before = await running('MT5_01');
    const { status, body } = await gateway.ask('/api/v1/admin/terminals/MT5_01/restart', {
      ...{ method: 'POST', key: adminKey },
    });

    expect({ status, body }).toMatchObject({
      status: 202,
      body: { data: { terminal_id: 'MT5_01', action: 'restart' } },
    });
    const after = await backAfter('MT5_01', before);
    expect(after.process.last_exit).toBe('exit code 0');
    expect(agent.stdout).toContain('MT5_01 restarting: the gateway asked: an admin asked for it');
  });

  it('restarts a terminal that died', async () => {
    const before = await running('MT5_02');
    tell('MT5_02', 'die 3');

    expect((await backAfter('MT5_02', before)).process.last_exit).toBe('exit code 3');
  });

  it('restarts a terminal that hangs, also one that does not close when it is asked to', async () => {
    const before = await running('MT5_01');
    tell('MT5_01', 'hang');

    expect((await backAfter('MT5_01', before)).process.last_exit).toBe('signal SIGKILL');
    expect(agent.stdout).toContain(`its program runs, but its bridge was not seen for ${RESTART_AFTER_S} s`);
  });

  it('restarts a terminal that holds too much memory', async () => {
    const before = await running('MT5_02');
    tell('MT5_02', `leak ${MEMORY_LIMIT_MB}`);

    await backAfter('MT5_02', before);
    expect(agent.stdout).toMatch(/MT5_02 restarting: it holds [78]\d\d MB, the limit is 700 MB; the next start is in/);
  });

  it('ends what it started and nothing else on SIGTERM, and takes the start-up files away', async () => {
    expect(pids.size).toBeGreaterThanOrEqual(6);
    agent.kill('SIGTERM');

    expect(await agent.ended).toEqual({ code: 0, signal: null });
    expect([...pids].filter(isAlive)).toEqual([]);
    expect(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ini|pid)$/.test(name)),
    ).toEqual([]);
    await gateway.untilAlone();
    expect(await hostOf('MT5_01')).toMatchObject({ attached: false, process: { state: 'stopped', pid: null } });
    expect(agent.stderr).toBe('');
    expect(checkAgents([{ id: 'MT5_01', host: 'main' }], await fetchMetrics(`${gateway.url}/metrics`))).toEqual([
      { what: 'agent main', state: '-', detail: 'not attached' },
    ]);
  });

  it('says in a sentence what is wrong with a password file, and starts nothing', async () => {
    const wrong = { MT5_01_PASSWORD_FILE: join(folder, 'nothing-there') };
    const second = await run([AGENT], { cwd: folder, env: environment(wrong) });

    expect(second.code).toBe(1);
    expect(second.stderr).toContain('MT5_01_PASSWORD_FILE names a file that cannot be read (ENOENT)');
    expect(second.stderr).not.toMatch(/ {4}at /);
    expect(second.stdout).toBe('');
  });
});

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', '\n');
  } catch {
    return '';
  }
}

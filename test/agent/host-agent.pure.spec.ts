import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HostAgent } from '../../agent/index.js';
import type { ProcessReport } from '../../src/bridge/index.js';
import { type AgentSettings, loadAgentSettings } from '../../src/config/index.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { FakeProcesses } from './fake-processes.js';

const PASSWORD = 'Pässword;with=all [kinds] of #signs';
const BRIDGE_KEY = 'ab'.repeat(32);
const PATIENCE_MS = 120_000;

let folder = '';
let clock: ManualClock;
let host: FakeProcesses;
let lines: string[];
let agent: HostAgent | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
  clock = new ManualClock();
  host = new FakeProcesses();
  lines = [];
});
afterEach(async () => {
  await agent?.stop();
  agent = undefined;
  expect(clock.pendingTimers).toBe(0);
  rmSync(folder, { recursive: true });
  expect(lines.join('\n')).not.toContain(PASSWORD);
  expect(lines.join('\n')).not.toContain(BRIDGE_KEY);
});

/** Settings as the environment gives them, for terminals of this host. */
function settings(ids: readonly string[], variables: Record<string, string> = {}): AgentSettings {
  const terminals = ids.map((id, index) => ({
    ...{ id, login: 100 + index, server: 'Broker-Demo', host: id.startsWith('OTHER') ? 'other' : undefined },
    symbols: [{ name: 'EURUSD', broker_name: 'EURUSD.m' }],
  }));
  writeFileSync(join(folder, 'terminals.json'), JSON.stringify({ terminals }));
  for (const id of ids) mkdirSync(join(folder, 'terminals', id), { recursive: true });
  const passwords = Object.fromEntries(ids.map((id) => [`${id}_PASSWORD`, PASSWORD]));
  return loadAgentSettings({
    ...{ CONFIG_DIR: folder, AGENT_TERMINALS_DIR: join(folder, 'terminals'), PATH: '/bin', DISPLAY: ':1' },
    ...{ BRIDGE_MASTER_SECRET: 'a master secret of 32 characters!' },
    ...passwords,
    ...variables,
  });
}

async function start(ids: readonly string[], variables: Record<string, string> = {}): Promise<HostAgent> {
  agent = new HostAgent(settings(ids, variables), {
    ...{ clock, random: new SeededRandom(1), processes: host, log: (line: string) => lines.push(line) },
  });
  await agent.start();
  return agent;
}

const report = (id: string): ProcessReport => agent!.reports().find(({ terminalId }) => terminalId === id)!;

/** The pause that the agent has announced, milliseconds. */
function announcedPause(id: string): number {
  return 1000 * Number(/the next start is in ([\d.]+) s/.exec(report(id).detail)?.[1]);
}

/** Lets the clock run in steps, and file work between them, until it is so. */
async function pass(isSo: () => boolean, stepMs = 100): Promise<void> {
  const limitMs = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > limitMs) throw new Error(`waited in vain: ${lines.join('; ')}`);
    clock.advance(stepMs);
    await wait(1);
  }
}

describe('the agent of a host', () => {
  it('starts its own terminals one after the other, with a pause between', async () => {
    await start(['A', 'OTHER', 'B', 'C'], { AGENT_START_INTERVAL_MS: '600000' });
    // A step of nothing: files are written while the clock stands.
    await pass(() => host.started.length === 1, 0);
    for (const count of [2, 3]) {
      clock.advance(599_999);
      expect(host.started).toHaveLength(count - 1);
      clock.advance(1);
      await pass(() => host.started.length === count, 0);
    }

    expect(host.launches.map(({ folder: path }) => path.split('/').at(-1))).toEqual(['A', 'B', 'C']);
    await pass(() => agent!.reports().every(({ state }) => state === 'running'), 0);
  });

  it('writes start-up file and preset for nobody else to read, and tells the program only where they are', async () => {
    await start(['MT5_01'], { MT5_01_BRIDGE_KEY: BRIDGE_KEY, AGENT_GATEWAY_HOST: 'gateway.example' });
    await pass(() => report('MT5_01').state === 'running');

    const path = join(folder, 'terminals', 'MT5_01');
    const file = join(path, 'mt5-gateway.ini');
    const text = readFileSync(file, 'utf16le');
    expect(text).toBe(
      '\ufeff[Common]\r\nLogin=100\r\n' +
        `Password=${PASSWORD}\r\nServer=Broker-Demo\r\nKeepPrivate=0\r\nNewsEnable=0\r\n` +
        '[Charts]\r\nProfileLast=mt5-gateway\r\nMaxBars=12000\r\n' +
        '[Experts]\r\nAllowLiveTrading=0\r\nAllowDllImport=0\r\nEnabled=1\r\nAccount=0\r\nProfile=0\r\n' +
        '[StartUp]\r\nExpert=Mt5GatewayBridge\r\nExpertParameters=MT5_01.set\r\nSymbol=EURUSD.m\r\nPeriod=H1\r\n',
    );
    const preset = join(path, 'MQL5', 'Presets', 'MT5_01.set');
    expect(readFileSync(preset, 'utf16le')).toContain(BRIDGE_KEY);
    expect(readFileSync(preset, 'utf16le')).toContain('gateway.example\r\n');
    for (const secret of [file, preset]) expect(statSync(secret).mode & 0o777).toBe(0o600);
    const [launch] = host.launches;
    expect(launch).toMatchObject({ program: `${path}/terminal64.exe`, arguments: ['/portable', `/config:${file}`] });
    expect(launch!.environment).toEqual({ PATH: '/bin', DISPLAY: ':1' });

    await agent!.stop();
    expect(() => statSync(file)).toThrow(/ENOENT/);
  });

  it('names paths as Wine sees them where it is told to, also with blanks in them', async () => {
    const dir = join(folder, 'with blank');
    mkdirSync(join(dir, 'A'), { recursive: true });
    const words = '{folder}/terminal64.exe /portable /config:{wine-ini} {unknown}';
    await start(['A'], {
      AGENT_TERMINALS_DIR: dir,
      AGENT_TERMINAL_PROGRAM: 'wine',
      AGENT_TERMINAL_ARGUMENTS: words,
    });
    await pass(() => host.started.length === 1);

    expect(host.launches[0]!.program).toBe('wine');
    const config = `/config:Z:${join(dir, 'A', 'mt5-gateway.ini').replaceAll('/', '\\')}`;
    expect(host.launches[0]!.arguments).toEqual([join(dir, 'A', 'terminal64.exe'), '/portable', config, '{unknown}']);
  });

  it('starts a program again that ended by itself, after longer pauses each time', async () => {
    await start(['A'], { AGENT_RESTART_DELAY_MS: '1000', AGENT_START_INTERVAL_MS: '0' });
    const pauses: number[] = [];
    for (let time = 1; time <= 4; time++) {
      await pass(() => host.started.length === time && report('A').state === 'running');
      const endedMs = clock.monotonicMs();
      host.newest.end('exit code 3');
      expect(report('A')).toMatchObject({ state: 'restarting', pid: 0, lastExit: 'exit code 3' });
      const announcedMs = announcedPause('A');
      await pass(() => host.started.length === time + 1, 20);
      expect(clock.monotonicMs() - endedMs).toBeGreaterThanOrEqual(announcedMs - 50);
      pauses.push(announcedMs);
    }

    for (const [index, pause] of pauses.entries()) {
      // Doubled each time, each with 20 % of jitter; told to a tenth of a second.
      expect(pause).toBeGreaterThanOrEqual(1000 * 2 ** index * 0.8 - 50);
      expect(pause).toBeLessThanOrEqual(1000 * 2 ** index * 1.2 + 50);
    }
    expect(report('A').restarts).toBe(4);
    expect(lines.join('\n')).toContain('A restarting: the program ended by itself: exit code 3; the next start is in');
  });

  it('begins with short pauses again after a long run', async () => {
    await start(['A'], { AGENT_RESTART_DELAY_MS: '1000', AGENT_START_INTERVAL_MS: '0' });
    for (let time = 1; time <= 5; time++) {
      await pass(() => host.started.length === time && report('A').state === 'running');
      clock.advance(600_000);
      host.newest.end('exit code 1');
      expect(announcedPause('A')).toBeLessThanOrEqual(1250);
    }
  });

  it('restarts a program that holds too much memory, and kills it when it does not close', async () => {
    await start(['A'], {
      ...{ AGENT_MEMORY_LIMIT_MB: '500', AGENT_WATCH_INTERVAL_MS: '1000', AGENT_STOP_TIMEOUT_MS: '5000' },
    });
    await pass(() => report('A').state === 'running' && report('A').memoryMb === 100);
    host.newest.obeys = false;
    host.memory = 501;
    await pass(() => report('A').state === 'restarting');

    expect(report('A')).toMatchObject({ detail: 'it holds 501 MB, the limit is 500 MB', restarts: 0 });
    const { newest } = host;
    host.memory = 100;
    await pass(() => host.started.length === 2);
    expect(newest).toMatchObject({ closes: 1, kills: 1 });
    await pass(() => report('A').state === 'running');
    expect(report('A')).toMatchObject({ restarts: 1, lastExit: 'signal SIGKILL' });
  });

  it('goes on trying where a terminal cannot be started, and says why', async () => {
    const first = settings(['A', 'B']);
    rmSync(join(folder, 'terminals', 'A'), { recursive: true });
    agent = new HostAgent(
      { ...first, startIntervalMs: 0 },
      { ...{ clock, random: new SeededRandom(1), processes: host, log: (line: string) => lines.push(line) } },
    );
    await agent.start();
    await pass(() => report('A').state === 'failed' && report('B').state === 'running');

    expect(report('A').detail).toMatch(/cannot be started in .*terminals\/A: the folder is not there \(ENOENT\); the/);
    mkdirSync(join(folder, 'terminals', 'A'));
    await pass(() => report('A').state === 'running');
  });

  it('ends the terminal that an agent that was killed left behind, and nothing else', async () => {
    const pidFile = (id: string) => join(folder, 'terminals', id, 'mt5-gateway.pid');
    const all = settings(['A', 'B'], { AGENT_START_INTERVAL_MS: '0' });
    writeFileSync(pidFile('A'), '77\n');
    writeFileSync(pidFile('B'), '78\n');
    host.commandLines.set(77, `wine ${join(folder, 'terminals', 'A')}/terminal64.exe /portable`);
    host.commandLines.set(78, 'postgres: a program that got the number since');
    agent = new HostAgent(all, {
      ...{ clock, random: new SeededRandom(1), processes: host, log: (line: string) => lines.push(line) },
    });
    await agent.start();
    await pass(() => host.started.length === 2);

    expect(host.strays).toEqual([77]);
  });

  it('refuses to start beside another agent of the same folder', async () => {
    const all = settings(['A']);
    writeFileSync(join(folder, 'terminals', 'agent.pid'), '99\nnode dist/agent/main.js');
    host.commandLines.set(99, 'node dist/agent/main.js');
    const second = new HostAgent(all, { clock, random: new SeededRandom(1), processes: host, log: () => undefined });

    await expect(second.start()).rejects.toThrow(/another agent \(process 99\) looks after .*stop it first/);
    host.commandLines.set(99, 'something else by now');
    await second.start();
    await second.stop();
  });
});

describe("the agent's settings", () => {
  const faults = (ids: readonly string[], variables: Record<string, string>): string => {
    try {
      settings(ids, variables);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  it('name every secret that is missing or cannot be read, never its value', () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '\n');
    const told = faults(['A', 'B-1', 'C', 'D'], {
      ...{ A_PASSWORD: '', A_PASSWORD_FILE: join(folder, 'nothing') },
      ...{ 'B-1_PASSWORD': PASSWORD, B_1_PASSWORD: 'two\nlines' },
      ...{ C_PASSWORD: '', C_BRIDGE_KEY: 'abc' },
      ...{ D_PASSWORD: '', D_PASSWORD_FILE: empty, AGENT_KEY: 'xyz' },
    });

    expect(told).toContain('A_PASSWORD_FILE names a file that cannot be read (ENOENT)');
    expect(told).toContain('B_1_PASSWORD must be one line of printable characters');
    expect(told).toContain('C_PASSWORD (or C_PASSWORD_FILE) is missing: it must be the broker password of C');
    expect(told).toContain('C_BRIDGE_KEY must be 64 hexadecimal digits (npm run keys -- terminal C)');
    expect(told).toContain('D_PASSWORD_FILE names an empty file');
    expect(told).toContain('AGENT_KEY must be 64 hexadecimal digits');
    for (const value of ['two', 'abc', 'xyz']) expect(told).not.toContain(`${value}\n`);
  });

  it('take MT5_LOGIN, MT5_PASSWORD and MT5_SERVER for a single terminal, the password also from a file', () => {
    const file = join(folder, 'password');
    writeFileSync(file, `${PASSWORD}\n`);
    const { terminals } = settings(['X'], { MT5_LOGIN: '7', MT5_SERVER: 'Own-Server', MT5_PASSWORD_FILE: file });

    const only = { id: 'MT5_01', login: 7, server: 'Own-Server', chartSymbol: 'EURUSD.m', password: PASSWORD };
    expect(terminals).toEqual([{ ...only, bridgeKey: undefined }]);
  });

  it('say where to look when no terminal is on this host', () => {
    expect(faults(['A'], { AGENT_HOST: 'far-away' })).toMatch(/has no terminal on host far-away: set AGENT_HOST/);
  });
});

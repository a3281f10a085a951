import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { deriveTerminalKey, formatTerminalKey } from '../../src/bridge/index.js';
import { type BridgeUnderTest, MASTER_SECRET, runAgainst, TIME_SCALE, told } from './suite-under-test.js';

const FOLDER = join(import.meta.dirname, '..', '..', 'bridges', 'python');
const KEY = formatTerminalKey(deriveTerminalKey(MASTER_SECRET, 'MT5_05'));
const PASSWORD = 'a password';
/** The program has the clock of the host: neither it nor the suite may be thought dead when the host gives them no turn. */
const HEARTBEAT_MS = 2000;

/** The bridge as a process of its own, on a fake MetaTrader5 package. */
class PythonBridge implements BridgeUnderTest {
  static output = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown[]>;

  constructor(port: number, environment: Record<string, string> = {}) {
    PythonBridge.output = '';
    this.child = spawn('python3', ['-B', join(FOLDER, 'fake', 'run_bridge.py')], {
      env: {
        PATH: process.env['PATH'],
        BRIDGE_TERMINAL_ID: 'MT5_05',
        BRIDGE_PORT: String(port),
        BRIDGE_KEY: KEY,
        MT5_05_LOGIN: '5000005',
        MT5_05_PASSWORD: PASSWORD,
        MT5_05_SERVER: 'Fake-Demo',
        FAKE_TIME_SCALE: String(TIME_SCALE),
        FAKE_CLOCK_RATE: '60',
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.exited = once(this.child, 'close');
    this.child.stderr!.on('data', (text) => (PythonBridge.output += String(text)));
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }
}

afterEach(() => {
  // Whatever happened, neither the key nor the password may be told.
  expect(PythonBridge.output).not.toContain(KEY);
  expect(PythonBridge.output).not.toContain(PASSWORD);
});

describe('the Python bridge', () => {
  it('passes the conformance suite, with nothing skipped but what it says it cannot do', async () => {
    const report = await runAgainst((port) => new PythonBridge(port), { settings: { heartbeatMs: HEARTBEAT_MS } });

    expect(told(report, 'failed')).toEqual([]);
    const reads = 'the bridge says that it reads no indicator buffers';
    expect(told(report, 'skipped')).toEqual([
      `indicator.buffers: ${reads}`,
      `indicator.unknown: ${reads}`,
      `indicator.unknown-buffer: ${reads}`,
    ]);
    expect(PythonBridge.output).toContain('MT5_05 connected to 127.0.0.1');
    expect(PythonBridge.output).toContain('server time is UTC+2 h');
    expect(PythonBridge.output).toContain('another bridge runs with this terminal id');
  });

  it('passes its own unit tests', () => {
    const words = ['-B', '-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'];
    const { status, stderr, error } = spawnSync('python3', words, { cwd: FOLDER, encoding: 'utf8', timeout: 60_000 });

    expect({ status, stderr, error }).toMatchObject({ status: 0, error: undefined });
    expect(stderr).toMatch(/Ran [1-9]\d+ tests/);
  });
});

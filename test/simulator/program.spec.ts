import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeListener, type BridgeSession, deriveTerminalKey } from '../../src/bridge/index.js';
import { SystemClock, SystemRandom } from '../../src/kernel/index.js';
import { until } from '../support/until.js';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'simulator', 'main.js');
const SECRET = 'a master secret for tests';

let folder = '';
let listener: BridgeListener;
let port = 0;
let sessions: BridgeSession[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
  listener = new BridgeListener({
    clock: new SystemClock(),
    random: new SystemRandom(),
    policy: { keyOf: (id) => deriveTerminalKey(SECRET, id), admit: () => ({ accept: true, epoch: 1 }) },
  });
  listener.onSession((session) => sessions.push(session));
  port = (await listener.start(0, '127.0.0.1')).port;
});
afterAll(async () => {
  await listener.stop({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

class Program {
  output = '';
  readonly exited: Promise<unknown[]>;
  /** Exited, and all of its output has arrived. Never comes after the parent's end of the channel was closed. */
  readonly closed: Promise<unknown[]>;
  private constructor(readonly child: ChildProcess) {
    this.exited = once(child, 'exit');
    this.closed = once(child, 'close');
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (this.output += String(text)));
  }

  static start(plan: object | string, env: Record<string, string> = {}): Program {
    const text = typeof plan === 'string' ? plan : JSON.stringify(plan);
    return new Program(
      fork(PROGRAM, {
        silent: true,
        execArgv: [],
        env: { SIMULATOR_PLAN: text, BRIDGE_MASTER_SECRET: SECRET, ...env },
      }),
    );
  }

  async until(text: string): Promise<void> {
    await until(
      () => this.output.includes(text),
      () => `it says ${text}\n${this.output}`,
    );
  }
}

function plan(): object {
  sessions = [];
  const terminals = ['T1', 'T2'].map((id, index) => ({ id, login: index + 1, symbols: [{ name: 'EURUSD' }] }));
  return { gateway: { host: '127.0.0.1', port }, terminals };
}

describe('the simulator as a program', () => {
  it.each([
    ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
    ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
    ['its parent goes', (child: ChildProcess) => child.disconnect()],
  ])('connects its terminals and ends with a goodbye when %s', async (_case, end) => {
    const program = Program.start(plan());
    await Promise.all([program.until('T1 ready'), program.until('T2 ready')]);
    const goodbyes = sessions.map((session) => new Promise((resolve) => session.onClosed(resolve)));
    end(program.child);
    expect(await program.exited).toEqual([0, null]);
    for (const goodbye of goodbyes) expect(await goodbye).toMatchObject({ reason: 'peer-goaway' });
  });

  it('takes control commands as lines and as messages, and refuses wrong ones', async () => {
    const program = Program.start(plan());
    await Promise.all([program.until('T1 ready'), program.until('T2 ready')]);
    program.child.stdin!.write(
      '{"terminal":"T1","command":"drop","how":"reset"}\nnonsense\n{"terminal":"T9","command":"reset"}\n',
    );
    program.child.send({ terminal: 'T2', command: 'drop', how: 'softly' });
    await program.until('T1 lost');
    await program.until('refused: The command is not JSON.');
    await program.until('refused: There is no terminal T9.');
    await program.until('refused: drop: how is missing or not a name.');
    program.child.kill('SIGTERM');
    expect(await program.exited).toEqual([0, null]);
    expect(program.output).not.toContain('T2 lost');
  });

  it.each([
    ['no plan', '', 'No plan'],
    ['a plan that is not JSON', '{"masterSecret": "hidden', 'SIMULATOR_PLAN is not JSON'],
    ['a wrong plan', '{"terminals":[]}', 'gateway.host must be'],
  ])('does not start with %s', async (_case, text, problem) => {
    const program = Program.start(text);
    expect(await program.closed).toEqual([1, null]);
    expect(program.output).toContain(problem);
    expect(program.output).not.toContain('hidden');
  });

  it('does not start with a recording that it cannot read to the end', async () => {
    writeFileSync(join(folder, 'EURUSD_H1.csv'), 'time,open,high,low,close,tick_volume,spread,real_volume\n1,2,3\n');
    const program = Program.start({ ...plan(), mode: 'replay' }, { CANDLES_DIR: folder });
    expect(await program.closed).toEqual([1, null]);
    expect(program.output).toContain('Cannot replay EURUSD_H1.csv, line 2: 3 columns where the header has 8.');
    expect(sessions).toEqual([]);
  });
});

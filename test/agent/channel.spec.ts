import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HostAgent } from '../../agent/index.js';
import {
  decodeFromGateway,
  deriveAgentKey,
  encodeAgentHello,
  encodeAgentReport,
  encodeFrame,
  encodeMessage,
  formatTerminalKey,
  type Frame,
  GatewayLink,
} from '../../src/bridge/index.js';
import { encodeAgentRestart } from '../../src/bridge/agent-codec.js';
import type { AgentEvent } from '../../src/terminals/pool/agent-registry.js';
import { AgentRecovery } from '../../src/terminals/upkeep/agent-recovery.js';
import type { AgentSettings } from '../../src/config/index.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { RecordingAuditLog } from '../support/recording-audit-log.js';
import { configured, MASTER_SECRET } from '../support/gateway-settings.js';
import { PoolHarness } from '../terminals/pool-harness.js';
import { gateway } from '../support/gateway-builder.js';
import { FakeProcesses } from './fake-processes.js';

const PATIENCE_MS = 120_000;
/** Of the gateway in the harness. */
const HEARTBEAT_MS = 10_000_000;

/** An agent on a host where nothing really runs, and what it said. */
class AgentHarness {
  readonly clock = new ManualClock();
  readonly processes = new FakeProcesses();
  readonly lines: string[] = [];
  readonly agent: HostAgent;

  constructor(port: number, ids: readonly string[], overrides: Partial<AgentSettings> = {}) {
    const host = overrides.host ?? 'main';
    const terminalsDir = mkdtempSync(join(folder, 'host-'));
    for (const id of ids) mkdirSync(join(terminalsDir, id));
    const terminal = {
      login: 1,
      server: 'Broker-Demo',
      chartSymbol: 'EURUSD',
      password: 'secret',
      bridgeKey: undefined,
    };
    const settings: AgentSettings = {
      host,
      key: formatTerminalKey(deriveAgentKey(MASTER_SECRET, host)),
      gateway: { host: '127.0.0.1', port, tls: undefined },
      terminals: ids.map((id) => ({ id, ...terminal })),
      terminalsDir,
      program: 'terminal',
      arguments: [],
      expert: 'Mt5GatewayBridge',
      maxBars: 12_000,
      startIntervalMs: 0,
      memoryLimitMb: 1000,
      watchIntervalMs: 15_000,
      restartDelayMs: 100,
      restartsPerHour: 2,
      stopTimeoutMs: 1000,
      environment: {},
      ...overrides,
    };
    const { clock, processes, lines } = this;
    const log = (line: string) => lines.push(line);
    this.agent = new HostAgent(settings, { clock, random: new SeededRandom(1), processes, log });
  }

  async start(): Promise<this> {
    await this.agent.start();
    agents.push(this);
    return this;
  }

  state(id: string): string | undefined {
    return this.agent.reports().find(({ terminalId }) => terminalId === id)?.state;
  }
}

let folder = '';
let harness: PoolHarness;
let events: AgentEvent[];
let agents: AgentHarness[];

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'channel-'));
  events = [];
  agents = [];
  harness = await PoolHarness.start([configured('A'), configured('B'), { ...configured('C'), host: 'other' }]);
  harness.pool.agents.onEvent((event) => events.push(event));
});
afterEach(async () => {
  await Promise.all(agents.map(({ agent }) => agent.stop()));
  await harness.stop();
  rmSync(folder, { recursive: true });
});

/** Lets the agents' clocks run, and sockets and files work, until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  const limitMs = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > limitMs)
      throw new Error(`waited in vain: ${JSON.stringify([events, agents.map((a) => a.lines)])}`);
    for (const { clock } of agents) clock.advance(10);
    await wait(1);
  }
}

const hostOf = (id: string) => harness.pool.getTerminal(id).host!;
const isRunning = (id: string) => hostOf(id).process?.state === 'running';

describe('the line between gateway and agent', () => {
  it('shows the gateway every program of the host, and that the agent went', async () => {
    expect(hostOf('A').stats()).toBeUndefined();
    const { processes, agent } = await new AgentHarness(harness.port, ['A', 'B']).start();
    await until(() => isRunning('A') && isRunning('B'));

    expect(hostOf('A').stats()).toMatchObject({
      ...{ host: 'main', attached: true },
      process: { pid: processes.of('A')[0]!.pid, state: 'running', restarts: 0, lastExit: '' },
    });
    expect(hostOf('C').stats()).toBeUndefined();
    await agent.stop();
    agents = [];
    await until(() => hostOf('A').stats()?.attached === false);
    expect(hostOf('A').stats()?.process?.state).toBe('stopped');
    await expect(hostOf('A').restart('a wish')).rejects.toThrow(/no agent on host main looks after A; start it there/);
  });

  it('stands although the host of the agent stood still for a while', async () => {
    const { clock, lines } = await new AgentHarness(harness.port, ['A']).start();
    await until(() => isRunning('A'));
    for (let stop = 0; stop < 3; stop++) clock.sleep(10 * HEARTBEAT_MS);
    await until(() => true);
    await hostOf('A').restart('an admin asked for it');
    await until(() => lines.some((line) => line.includes('restarting')));

    expect(lines.filter((line) => line.includes('gateway at'))).toEqual([
      `connected to the gateway at 127.0.0.1:${harness.port}`,
    ]);
  });

  it('carries restarts that are real, refuses those above the limit, and says why', async () => {
    const { processes, lines } = await new AgentHarness(harness.port, ['A']).start();
    for (const count of [1, 2]) {
      await until(() => processes.started.length === count && isRunning('A'));
      await hostOf('A').restart('an admin asked for it');
    }
    await until(() => processes.started.length === 3 && isRunning('A'));

    expect(processes.started.map(({ closes }) => closes)).toEqual([1, 1, 0]);
    expect(lines.join('\n')).toContain('A restarting: the gateway asked: an admin asked for it; the next start is in');
    const refused = /the agent of host main did not restart A: busy: A was restarted too often; the next restart is in/;
    await expect(hostOf('A').restart('again')).rejects.toThrow(refused);
    expect(processes.newest.closes).toBe(0);
  });

  it('is for those alone who have the key of a host, and tells the operator of that host once', async () => {
    const key = formatTerminalKey(deriveAgentKey(MASTER_SECRET, 'other'));
    const { lines, clock } = await new AgentHarness(harness.port, ['A'], { key }).start();
    const refusals = () => harness.rejections.filter(({ reason }) => reason === 'wrong-key').length;
    await until(() => refusals() === 1 && lines.some((line) => line.includes('no gateway')));
    clock.advance(10_000);
    await until(() => refusals() === 2);

    expect(lines.filter((line) => line.includes('no gateway'))).toEqual([
      `no gateway at 127.0.0.1:${harness.port}: refused: wrong-key: unknown host or wrong key`,
    ]);
    expect(harness.rejections[0]).toMatchObject({ terminalId: 'agent main' });
    expect(events).toEqual([]);
  });

  it('belongs to the newest agent of a host, and takes no word about the terminals of another', async () => {
    const old = await new AgentHarness(harness.port, ['A']).start();
    await until(() => isRunning('A'));
    await new AgentHarness(harness.port, ['B', 'C']).start();
    await until(() => isRunning('B') && events.some(({ kind }) => kind === 'not-mine'));

    expect(hostOf('C').stats()).toBeUndefined();
    expect(hostOf('A')).toMatchObject({ canRestart: false });
    expect(harness.pool.agents.isAttached('main')).toBe(true);
    await until(() => old.lines.some((line) => line.includes('sent away: superseded')));
    expect(events.filter(({ kind }) => kind === 'detached')).toEqual([]);
  });
});

describe('an admin', () => {
  it('sees the host of every terminal, and what the agent says of its program, also when it went', async () => {
    const app = await gateway().withTerminals().start();
    try {
      const { agent, processes } = await new AgentHarness(app.pool.address.port, ['MT5_05']).start();
      const place = app.pool.getTerminal('MT5_05').host!;
      await until(() => place.process?.state === 'running');
      const host = { name: 'main', attached: true, attached_at: expect.any(String) };
      const process = { pid: processes.newest.pid, state: 'running', last_exit: null, last_exit_at: null };
      expect((await app.call('GET', '/api/v1/admin/terminals')).body).toMatchObject({
        data: { terminals: [{ host: { ...host, process: null } }, { host: { ...host, process } }] },
      });
      await agent.stop();
      agents = [];
      await until(() => place.stats()?.attached === false);
      expect((await app.call('GET', '/api/v1/admin/terminals/MT5_05')).body).toMatchObject({
        data: { host: { attached: false, process: { state: 'stopped', pid: null } } },
      });
      expect(await app.metrics()).toMatch(/^mt5gw_agent_up\{host="main"\} 0$/m);
    } finally {
      await app.close();
    }
  });
});

describe('a peer that breaks the rules of agents', () => {
  it.each<[string, Buffer]>([
    ['what only a bridge says', encodeMessage({ type: 'symbols-changed' })],
    ['an answer to what was never asked', encodeMessage({ type: 'ok' }, { requestId: 7 })],
    ['a report that ends too early', encodeFrame({ number: 0x8102, requestId: 0, more: false, payload: Buffer.of(1) })],
    [
      'a request that only the gateway makes',
      encodeAgentRestart({ type: 'agent-restart', terminalId: 'A', reason: '' }, 1),
    ],
  ])('is sent away with the reason in words: %s', async (_case, frame) => {
    const key = deriveAgentKey(MASTER_SECRET, 'main');
    const hello = { type: 'agent-hello', host: 'main', program: 'test', clientNonce: Buffer.alloc(32, 5) } as const;
    const frames: Frame[] = [];
    const detail = await new Promise((closed) => {
      const link: GatewayLink = new GatewayLink(
        { host: '127.0.0.1', port: harness.port },
        { hello: (serverNonce) => encodeAgentHello(hello, { key, serverNonce }), verify: () => true },
        {
          welcomed: () => link.send([frame]),
          received: ({ payload, ...head }) => frames.push({ ...head, payload: Buffer.from(payload) }),
          closed,
        },
        new ManualClock(),
      );
    });

    expect(detail).toBe('the gateway closed the connection');
    expect(frames.map((received) => decodeFromGateway(received))).toMatchObject([
      { type: 'goaway', reason: 'protocol-error', message: expect.stringMatching(/^bridge protocol: /) },
    ]);
    await until(() => events.at(-1)?.kind === 'detached');
  });

  it('is ignored where a bridge says what only agents say', async () => {
    const bridge = await harness.ready('A');
    bridge.write(encodeAgentReport({ type: 'agent-report', processes: [] }));
    bridge.beat();
    await harness.until(() => harness.pool.getTerminal('A').clock !== undefined);
    expect(harness.state('A')).toBe('ready');
    expect(harness.pool.agents.isAttached('main')).toBe(false);
  });
});

describe('the schedule', () => {
  const scheduled = () => {
    const audit = new RecordingAuditLog();
    const { pool, clock } = harness;
    return { audit, recovery: new AgentRecovery({ pool, clock, audit, restartAfterMs: 180_000 }) };
  };

  it('has a terminal restarted whose program runs while its bridge stays away, one at a time', async () => {
    const { recovery } = scheduled();
    const { processes } = await new AgentHarness(harness.port, ['A', 'B']).start();
    await until(() => isRunning('A') && isRunning('B'));
    const closes = (id: string) => processes.of(id)[0]!.closes;
    harness.clock.advance(1_000_000);
    // The time counts from the first look: before it nobody knows for how long the agent was there.
    await recovery.tick();
    harness.clock.advance(179_999);
    await recovery.tick();
    expect([closes('A'), closes('B')]).toEqual([0, 0]);
    harness.clock.advance(1);
    await recovery.tick();
    await recovery.tick();
    expect([closes('A'), closes('B')]).toEqual([1, 0]);
    harness.clock.advance(10_000);
    await recovery.tick();
    expect([closes('A'), closes('B')]).toEqual([1, 1]);
  });

  it('leaves a row in the audit trail for each restart, also for one that the agent refused', async () => {
    const { recovery, audit } = scheduled();
    const { processes } = await new AgentHarness(harness.port, ['A'], { restartsPerHour: 1 }).start();
    for (const count of [1, 2]) {
      await until(() => processes.started.length === count && isRunning('A'));
      await recovery.tick();
      harness.clock.advance(180_000);
      await recovery.tick();
    }

    const row = { actor: 'system', target: 'terminal:A', requestId: undefined };
    const reason = 'its program runs, but its bridge was not seen for 180 s';
    const failure = expect.stringMatching(/^the agent of host main did not restart A: busy: /);
    expect(audit.entries).toEqual([
      { ...row, at: expect.any(Date), action: 'terminal.restarted', detail: { reason, host: 'main' } },
      { ...row, at: expect.any(Date), action: 'terminal.restart-failed', detail: { reason, failure, host: 'main' } },
    ]);
  });

  it('leaves terminals alone that are connected, drained, or without an agent', async () => {
    const { recovery, audit } = scheduled();
    await harness.ready('A');
    harness.pool.getTerminal('B').hold('an admin asked for it');
    const { processes } = await new AgentHarness(harness.port, ['A', 'B']).start();
    await until(() => isRunning('A') && isRunning('B'));
    for (let minute = 0; minute < 10; minute++) {
      await recovery.tick();
      harness.clock.advance(60_000);
    }

    expect(processes.started.map(({ closes }) => closes)).toEqual([0, 0]);
    expect(audit.entries).toEqual([]);
  });
});

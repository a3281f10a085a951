import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  decodeAgentRestart,
  decodeFromBridge,
  decodeFromGateway,
  decodeHello,
  deriveAgentKey,
  deriveTerminalKey,
  encodeAgentHello,
  encodeAgentReport,
  encodeGatewayPreamble,
  encodeHello,
  encodeMessage,
  encodeWelcome,
  formatTerminalKey,
  FrameParser,
  verifyHello,
  type Buffers,
  type Frame,
  type Hello,
  type ProcessReport,
  type Rates,
} from '../../src/bridge/index.js';
import { BRIDGE_ERROR_CODES, GOAWAY_REASONS, REJECT_REASONS, type MessageType } from '../../src/bridge/messages.js';
import { decodeAgentHello, verifyAgentHello } from '../../src/bridge/handshake.js';
import { decodeAgentReport, encodeAgentRestart } from '../../src/bridge/agent-codec.js';
import { encodeBridgePreamble } from '../../src/bridge/preamble.js';
import { MESSAGES } from '../../src/bridge/codec/message-table.js';

/** The hexadecimal blocks of the document, by the name behind their fence: document and code cannot drift apart. */
const document = readFileSync(new URL('../../docs/bridge-protocol.md', import.meta.url), 'utf8');
const blocks = new Map(
  [...document.matchAll(/```hex (\S+)\n([^`]*)```/g)].map(([, name, text]) => [
    name,
    (text ?? '').replace(/#.*|\s/g, ''),
  ]),
);

const key = deriveTerminalKey('correct horse battery staple', 'MT5_05');
const serverNonce = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const clientNonce = Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index));

const hello: Hello = {
  type: 'hello',
  terminalId: 'MT5_05',
  login: 5_000_005,
  brokerServer: 'ICMarkets-Demo',
  company: 'Example Ltd',
  program: 'bridge 1.0',
  terminalBuild: 4755,
  utcOffsetSeconds: 7200,
  capabilities: { indicators: true, push: true, restart: false, simulated: false },
  clientNonce,
};

const rates: Rates = {
  type: 'rates',
  rates: [
    {
      time: 1_700_006_400,
      open: 1.0712,
      high: 1.0725,
      low: 1.0701,
      close: 1.072,
      tickVolume: 4321,
      spread: 3,
      realVolume: 0,
    },
    {
      time: 1_700_010_000,
      open: 1.072,
      high: 1.0721,
      low: 1.0719,
      close: 1.072,
      tickVolume: 17,
      spread: 4,
      realVolume: 0,
    },
  ],
  lastForming: true,
  reachesStart: false,
};

const buffers: Buffers = {
  type: 'buffers',
  times: Float64Array.of(1_700_002_800, 1_700_006_400, 1_700_010_000),
  columns: [
    { buffer: 0, values: Float64Array.of(Number.NaN, 1.0725, Number.NaN) },
    { buffer: 7, values: Float64Array.of(Number.NaN, Number.NaN, Number.NaN) },
  ],
};

const request = { type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'H1', start: 0, count: 2 } as const;
const welcome = { type: 'welcome', epoch: 41, heartbeatMs: 5000, maxFrameBytes: 1_048_576 } as const;
const helloFrame = encodeHello(hello, { key, serverNonce });
const welcomeFrame = encodeWelcome(welcome, { key, serverNonce, clientNonce });

const agentKey = deriveAgentKey('correct horse battery staple', 'main');
const agentHello = { type: 'agent-hello', host: 'main', program: 'agent 1.0', clientNonce } as const;
const agentProcess: ProcessReport = {
  terminalId: 'MT5_05',
  state: 'running',
  pid: 4711,
  memoryMb: 846,
  restarts: 1,
  startedAtMs: 1_700_000_000_000,
  lastExit: 'exit code 1',
  lastExitAtMs: 1_699_999_990_000,
  detail: '',
};
const agentReport = { type: 'agent-report', processes: [agentProcess] } as const;
const agentRestart = { type: 'agent-restart', terminalId: 'MT5_05', reason: 'a wish' } as const;

const vectors: readonly [name: string, hex: string][] = [
  ['terminal-key', formatTerminalKey(key)],
  ['preamble-bridge', encodeBridgePreamble({ minVersion: 1, maxVersion: 1 }).toString('hex')],
  ['preamble-gateway', encodeGatewayPreamble(1).toString('hex')],
  ['challenge-frame', encodeMessage({ type: 'challenge', serverNonce }).toString('hex')],
  ['hello-mac', helloFrame.subarray(-32).toString('hex')],
  ['hello-frame', helloFrame.toString('hex')],
  ['welcome-mac', welcomeFrame.subarray(-32).toString('hex')],
  ['welcome-frame', welcomeFrame.toString('hex')],
  ['request-frame', encodeMessage(request, { requestId: 7 }).toString('hex')],
  ['rates-frame', encodeMessage(rates, { requestId: 7 }).toString('hex')],
  ['buffers-frame', encodeMessage(buffers, { requestId: 8 }).toString('hex')],
  ['agent-key', formatTerminalKey(agentKey)],
  ['agent-hello-frame', encodeAgentHello(agentHello, { key: agentKey, serverNonce }).toString('hex')],
  ['agent-report-frame', encodeAgentReport(agentReport).toString('hex')],
  ['agent-restart-frame', encodeAgentRestart(agentRestart, 9).toString('hex')],
];

function frameOf(name: string): Frame {
  const [frame] = [...new FrameParser(4096).push(Buffer.from(blocks.get(name) ?? '', 'hex'))];
  if (frame === undefined) throw new Error(`docs/bridge-protocol.md has no whole frame ${name}`);
  return frame;
}

describe('docs/bridge-protocol.md', () => {
  it.each(vectors)('shows %s as the code makes it', (name, hex) => {
    expect(blocks.get(name)).toBe(hex);
  });

  it('has no example that is not checked', () => {
    expect(new Set(blocks.keys())).toEqual(new Set(vectors.map(([name]) => name)));
  });

  it('shows frames that the code reads as the text says', () => {
    const signed = decodeHello(frameOf('hello-frame'));
    expect(signed.message).toEqual(hello);
    expect(verifyHello(signed, { key, serverNonce })).toBe(true);
    expect(decodeFromGateway(frameOf('request-frame'))).toEqual(request);
    expect(decodeFromBridge(frameOf('rates-frame'))).toEqual(rates);
    expect(decodeFromBridge(frameOf('buffers-frame'))).toEqual(buffers);
    const agent = decodeAgentHello(frameOf('agent-hello-frame'));
    expect(agent.message).toEqual(agentHello);
    expect(verifyAgentHello(agent, { key: agentKey, serverNonce })).toBe(true);
    expect(decodeAgentReport(frameOf('agent-report-frame'))).toEqual(agentReport);
    expect(decodeAgentRestart(frameOf('agent-restart-frame'))).toEqual(agentRestart);
  });

  it('lists every message with its number', () => {
    for (const type of Object.keys(MESSAGES) as MessageType[]) {
      const number = MESSAGES[type].number.toString(16).padStart(4, '0');
      expect(document).toContain(`### 0x${number} ${type.toUpperCase().replaceAll('-', '_')}`);
    }
  });

  it('lists every reason and error code with its number', () => {
    for (const words of [REJECT_REASONS, GOAWAY_REASONS, BRIDGE_ERROR_CODES]) {
      for (const [index, word] of words.entries()) expect(document).toContain(`| ${index + 1} | \`${word}\` |`);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { deriveTerminalKey, formatTerminalKey } from '../../src/bridge/index.js';
import { GatewaySetup, type GatewayUnderTest, MASTER_SECRET } from '../support/gateway-under-test.js';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bridges', 'python', 'fake', 'run_bridge.py');

let gateway: GatewayUnderTest;
let bridge: ChildProcess | undefined;
let ended: Promise<unknown> | undefined;
let output = '';

beforeAll(async () => {
  gateway = await new GatewaySetup().terminal('MT5_05', 'EURUSD').timeframes('H1').withoutTerminals().start();
  bridge = spawn('python3', ['-B', PROGRAM], {
    env: {
      PATH: process.env['PATH'],
      BRIDGE_TERMINAL_ID: 'MT5_05',
      BRIDGE_PORT: String(gateway.pool.address.port),
      BRIDGE_KEY: formatTerminalKey(deriveTerminalKey(MASTER_SECRET, 'MT5_05')),
      MT5_05_LOGIN: '1000',
      MT5_05_PASSWORD: 'a password',
      MT5_05_SERVER: 'Sim-Fake',
      FAKE_MT5_SERVER: 'Sim-Fake',
      FAKE_TIME_SCALE: '20',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  ended = once(bridge, 'close');
  bridge.stderr!.on('data', (text) => (output += String(text)));
  bridge.once('close', (code) => (output += `ended with ${code}`));
});
afterAll(async () => {
  bridge?.kill('SIGTERM');
  await ended;
  await gateway?.close();
});

describe('the Python bridge at a real gateway', () => {
  it('serves bars, live bars, indicators of the engine and what the package tells of a symbol', async () => {
    await gateway.untilLive('EURUSD').catch((error: unknown) => {
      throw new Error(`the series did not become live; the bridge said: ${output}`, { cause: error });
    });

    await new Promise((resolve) => gateway.pool.onBar(resolve));
    const candles = await gateway.ask<{ data: { candles: unknown[]; metadata: object } }>(
      '/api/v1/candles/EURUSD/H1?bars=500',
    );
    expect(candles.status).toBe(200);
    expect(candles.body.data).toMatchObject({ metadata: { terminal_id: 'MT5_05', digits: 5, bars_returned: 500 } });
    const indicators = await gateway.ask('/api/v1/indicators/EURUSD/H1?bars=100');
    expect(indicators).toMatchObject({ status: 200, body: { data: { metadata: { indicator_source: 'engine' } } } });
    // The package knows neither quote sessions nor the oldest bar of a timeframe.
    const symbol = await gateway.ask('/api/v1/symbols/EURUSD');
    expect(symbol).toMatchObject({ status: 200, body: { data: { digits: 5, broker_symbol: 'EURUSD' } } });
    expect(output).toContain('MT5_05 connected to 127.0.0.1');
    expect(output).not.toContain('Traceback');
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleZone } from '../../src/market/index.js';
import { guideBlocks } from '../support/customer-guide.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';

const DOCS = join(import.meta.dirname, '../../docs');
const run = promisify(execFile);

interface HttpRequest {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** The requests of docs/requests.http with its variables filled in. */
function requestsOf(variables: Readonly<Record<string, string>>): HttpRequest[] {
  const text = readFileSync(join(DOCS, 'requests.http'), 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    return variables[name] ?? `no variable ${name}`;
  });
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const [head, ...bodies] = part.trimEnd().split('\n\n');
      const [name, line, ...headers] = head!.split('\n');
      const [method, url] = line!.split(' ');
      const pairs = headers.map((header) => header.split(': ') as [string, string]);
      return { name: name!, method: method!, url: url!, headers: Object.fromEntries(pairs), body: bodies[0] };
    });
}

/** What customers copy is run as they would run it. */
describe('the guide for customers', () => {
  let gateway: GatewayUnderTest;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'guide-'));
    gateway = await new GatewaySetup().terminal('MT5_05', 'EURUSD').timeframes('H1').start();
    environment = { ...process.env, MT5_GATEWAY_URL: gateway.url, MT5_GATEWAY_KEY: await gateway.key({ tier: 'PRO' }) };
  });
  afterAll(async () => {
    await gateway?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const output = async (program: string, ...parameters: string[]): Promise<string> =>
    (await run(program, parameters, { env: environment })).stdout;

  it('has curl lines that answer', async () => {
    const [, lines] = guideBlocks('sh');
    const answers = (await output('bash', '-ec', lines!.replaceAll(/^(curl .*)$/gm, '$1; echo'))).trim().split('\n');
    expect(answers.map((answer) => (JSON.parse(answer) as { success: boolean }).success)).toEqual([true, true, true]);
  });

  it('has a TypeScript program that runs', async () => {
    const file = join(folder, 'guide.mts');
    writeFileSync(file, guideBlocks('ts')[0]!);
    expect(await output(process.execPath, file)).toMatch(
      /^EURUSD H1: 500 bars, close [\d.]+ \((closed|still forming)\)\n/,
    );
  });

  it('has a Python program that runs', async () => {
    const file = join(folder, 'guide.py');
    writeFileSync(file, guideBlocks('python')[0]!);
    const printed = await output('python3', file);
    const { body } = await gateway.ask<{ data: { candles: { time: number }[] } }>(
      '/api/v1/candles/EURUSD/H1?bars=3000',
    );
    const athens = new RuleZone({ kind: 'zone', name: 'Europe/Athens' });
    const oldest = new Date(athens.toUtc(body.data.candles[0]!.time)! * 1000).toISOString();
    expect(printed).toBe(`EURUSD H1: 3000 candles, the oldest from ${oldest.slice(0, 16).replace('T', ' ')} UTC\n`);
  });

  it('comes with requests for editors that all answer', async () => {
    const admin_key = await gateway.key({ kind: 'adm' });
    const requests = requestsOf({ url: gateway.url, key: environment['MT5_GATEWAY_KEY']!, admin_key });
    const answers = await Promise.all(
      requests.map(async ({ name, method, url, headers, body }) => {
        const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
        return [name, response.ok, response.ok ? '' : await response.text()];
      }),
    );
    expect(answers).toEqual(requests.map(({ name }) => [name, true, '']));
    expect(requests.length).toBeGreaterThan(10);
  });
});

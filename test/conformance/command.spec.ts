import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpText, parseOptions, selectChecks } from '../../conformance/index.js';
import { SystemRandom } from '../../src/kernel/index.js';
import { type Simulator } from '../../simulator/index.js';
import { runAgainst, told } from './suite-under-test.js';
import { simulatorAt } from './simulator-at.js';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'conformance', 'main.js');
const TLS = join(import.meta.dirname, '..', 'fixtures', 'tls');
const KEY = '0123456789abcdef'.repeat(4);

function read(words: string, environment: Record<string, string> = {}) {
  return parseOptions(words.split(' '), environment, new SystemRandom());
}

function run(...words: string[]) {
  return spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8', timeout: 30_000 });
}

describe('the options of the conformance suite', () => {
  it.each([
    ['--host 127.0.0.1', '--port is missing'],
    ['--port 65536', '--port must be a whole number from 0 to 65535'],
    ['--port 1 --port 2', '--port is given twice'],
    ['--port 1 --verbose', 'There is no option --verbose'],
    ['--port 1 extra', '"extra" belongs to no option'],
    ['--port 1 --json=yes', '--json takes no value'],
    ['--port 1 --only rates.none', 'no check or group "rates.none"'],
    ['--port 1 --timeframe H5', '--timeframe must be one of'],
    ['--port 1 --indicator X --buffers 0,512', '--buffers must be'],
    ['--port 1 --tls-cert a.pem', 'both --tls-cert and --tls-key'],
    ['--port 1 --key-file /no/such/file', '--key-file: the file /no/such/file cannot be read'],
    [`--port 1 --key ${KEY} --key-file x`, 'contradict each other'],
  ])('%s is refused in words', (words, problem) => {
    expect(() => read(words)).toThrow(problem);
  });

  it('make up a key only when none is known, and let in only the terminal that is named', () => {
    const made = read('--port 0');
    const given = read(`--port 0 --key ${KEY} --terminal-id T1`);
    const derived = read('--port 0', { BRIDGE_MASTER_SECRET: 'a secret' });
    if (typeof made === 'string' || typeof given === 'string' || typeof derived === 'string')
      throw new Error('no command');

    expect(made.madeUpKey).toBe(made.settings.keyOf('any')?.toString('hex'));
    expect(given.madeUpKey).toBeUndefined();
    expect(given.settings.keyOf('T1')?.toString('hex')).toBe(KEY);
    expect(given.settings.keyOf('T2')).toBeUndefined();
    expect(derived.madeUpKey).toBeUndefined();
    expect(derived.settings.keyOf('T1')).not.toEqual(derived.settings.keyOf('T2'));
  });

  it('are each explained by --help, and every check has an id of its own', () => {
    for (const name of ['port', 'key', 'only', 'slow', 'json']) expect(helpText()).toContain(`--${name}`);
    const ids = selectChecks().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(selectChecks(['push']).map(({ id }) => id.split('.')[0])).toContain('push');
  });
});

describe('the conformance suite as a program', () => {
  it('fails when nobody dials, tells the key, and skips what cannot be tried', () => {
    const { status, stdout, stderr } = run('--port', '0', '--first-dial', '1', '--json');
    const report = JSON.parse(stdout) as { passed: boolean; program: null; checks: { outcome: string }[] };

    expect(status).toBe(1);
    expect(report).toMatchObject({ passed: false, program: null });
    expect(report.checks.map(({ outcome }) => outcome).filter((outcome) => outcome === 'failed')).toHaveLength(1);
    expect(stderr).toMatch(/give the bridge this key: [0-9a-f]{64}/);
  });

  it('ends with 2 at a wrong option and lists its checks', () => {
    expect(run('--port', 'x')).toMatchObject({ status: 2, stderr: expect.stringContaining('--port must be') });
    expect(run('--list')).toMatchObject({ status: 0, stdout: expect.stringContaining('push.sequence') });
  });
});

describe('the conformance suite over TLS', () => {
  it('is passed by the simulator just the same', async () => {
    const [cert, key] = ['localhost-cert.pem', 'localhost-key.pem'].map((file) =>
      readFileSync(join(TLS, file), 'utf8'),
    );
    const start = (port: number): Simulator => simulatorAt(port, { tls: { ca: cert!, serverName: 'localhost' } });
    const only = ['handshake.dial', 'handshake.hello', 'account', 'rates.bulk', 'frames.half'];
    const report = await runAgainst(start, { only, settings: { tls: { cert: cert!, key: key! } } });

    expect([...told(report, 'failed'), ...told(report, 'skipped')]).toEqual([]);
    expect(report.passed).toBe(true);
  });
});

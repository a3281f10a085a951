import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveAgentKey, deriveTerminalKey, formatTerminalKey } from '../../src/bridge/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database.js';
import { GatewaySite, SECRETS } from './gateway-process.js';

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let database: TestDatabase;
let site: GatewaySite;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  site = new GatewaySite(database.url);
});
afterEach(async () => {
  const { said } = site;
  await site.close();
  for (const secret of Object.values(SECRETS)) expect(said).not.toContain(secret);
});

async function command(name: string, parameters: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const program = site.program(`cli/${name}.js`, parameters, env);
  const { code } = await program.ended;
  expect(program.stderr).not.toMatch(/^\s+at /m);
  return { code, stdout: program.stdout, stderr: program.stderr };
}

const keys = (...parameters: string[]) => command('keys', parameters);

describe('the commands, one after the other on a database that is empty at first', () => {
  it('keys and doctor name the command that is missing', async () => {
    const list = await keys('list');
    expect(list).toMatchObject({ code: 1, stdout: '' });
    expect(list.stderr).toMatch(/^keys: .*npm run migrate/);
    const doctor = await command('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/^FAIL {2}database {9}.*npm run migrate/m);
  });

  it('migrate brings the schema, and finds nothing to do the next time', async () => {
    expect(await command('migrate')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Migrated: \S/),
      stderr: '',
    });
    expect(await command('migrate')).toEqual({ code: 0, stdout: 'The database is up to date.\n', stderr: '' });
  });

  it('migrate needs the database only, and says so when it is missing', async () => {
    expect(await command('migrate', [], { KEY_PEPPER: '', BRIDGE_MASTER_SECRET: '' })).toMatchObject({ code: 0 });
    const without = await command('migrate', [], { DATABASE_URL: '' });
    expect(without.code).toBe(1);
    expect(without.stderr).toMatch(/^migrate: .*\n {2}- DATABASE_URL \(or DATABASE_URL_FILE\) is missing/);
  });

  it('keys makes a key, lists it without its secret, and revokes it', async () => {
    const created = await keys('create', '--kind', 'live', '--tier', 'PRO', '--name', 'a customer');
    expect(created.code).toBe(0);
    const [, key, id] = /^key +(mt5g_live_([0-9A-Za-z]{10})_[0-9A-Za-z]{49})$/m.exec(created.stdout) ?? [];
    expect(created.stdout).toMatch(/^account +\S+ \(a customer, PRO\)$/m);
    const listed = await keys('list');
    expect(listed.stdout).toMatch(new RegExp(`^${id}  live  PRO .* active  a customer$`, 'm'));
    expect(listed.stdout).not.toContain(key);
    expect(await keys('revoke', id!, '--reason', 'lost')).toMatchObject({ code: 0, stdout: `key ${id} is revoked\n` });
    expect((await keys('list')).stdout).toMatch(new RegExp(`^${id} .* revoked \\S+Z`, 'm'));
  });

  it('keys rotates and verifies keys, and makes and suspends accounts', async () => {
    const account =
      /^account +(\S+) \(Shop, FREE\)$/m.exec((await keys('account', '--name', 'Shop')).stdout)?.[1] ?? '';
    const created = await keys('create', '--kind', 'test', '--account', account, '--addresses', '192.0.2.0/24,::1');
    const [, text = '', id = ''] = /^key +(mt5g_test_([0-9A-Za-z]{10})_\w+)$/m.exec(created.stdout) ?? [];
    const rotated = await keys('rotate', id, '--overlap', '24h');
    expect(rotated.stdout).toMatch(/^key +mt5g_test_/m);
    expect(rotated.stdout).toMatch(new RegExp(`^The old key ${id} works until \\S+Z\\.$`, 'm'));
    const folder = await mkdtemp(join(tmpdir(), 'mt5gw-keys-'));
    const file = join(folder, 'key');
    await writeFile(file, `${text}\n`);
    expect((await keys('suspend', account, '--reason', 'overdue')).stdout).toBe(`account ${account} is suspended\n`);
    const refused = await keys('verify', '--file', file);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(new RegExp(`^${id}  test  FREE .*\\nrefused: account-suspended\\n$`));
    await rm(folder, { recursive: true });
  });

  it('keys makes an admin key', async () => {
    expect((await keys('create', '--kind', 'adm')).stdout).toMatch(/^key +mt5g_adm_/m);
  });

  it('keys tells the key of a terminal without any database', async () => {
    const { code, stdout } = await command('keys', ['terminal', 'MT5_05'], { DATABASE_URL: '' });
    expect(code).toBe(0);
    expect(stdout.trim()).toBe(formatTerminalKey(deriveTerminalKey(SECRETS.BRIDGE_MASTER_SECRET, 'MT5_05')));
  });

  it("keys tells the key of a host's agent without any database", async () => {
    const { code, stdout } = await command('keys', ['agent', 'main'], { DATABASE_URL: '' });
    expect(code).toBe(0);
    expect(stdout.trim()).toBe(formatTerminalKey(deriveAgentKey(SECRETS.BRIDGE_MASTER_SECRET, 'main')));
  });

  it.each([
    [[], 'name a command'],
    [['burn'], "there is no command 'burn'"],
    [['create'], '--kind must be live, test or adm'],
    [['create', '--kind', 'gold'], '--kind must be live, test or adm'],
    [['create', '--colour', 'red'], "Unknown option '--colour'"],
    [['revoke', 'abc'], 'name the key (its 10 characters) and a --reason'],
    [['rotate', 'abc', '--overlap', '31d'], '--overlap must be a time such as 90s'],
    [['terminal'], 'name the terminal by its id, e.g. MT5_05'],
    [['terminal', '../etc'], 'name the terminal by its id, e.g. MT5_05'],
    [['agent', 'a host'], 'name the host as in config/terminals.json, e.g. main'],
  ])('keys %j says how it is used', async (parameters, fault) => {
    const said = await keys(...parameters);
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toContain(`keys: ${fault}`);
    expect(said.stderr).toContain('usage:\n  npm run keys -- create --kind live|test|adm');
  });

  it.each([
    [['create', '--kind', 'live', '--tier', 'GOLD'], /tier/],
    [['create', '--kind', 'live', '--scopes', 'keys'], /scopes/],
    [['create', '--kind', 'live', '--account', 'nobody'], /nobody/],
    [['create', '--kind', 'adm', '--scopes', 'kyes', '--addresses', '192.0.2'], /scopes must.*allowed_addresses must/],
    [['account', '--name', 'two\nlines'], /name must be/],
    [['revoke', 'unknown001', '--reason', 'x'], /unknown001/],
    [['revoke', 'unknown001', '--reason', `mt5g_live_${'x'.repeat(60)}`], /reason must be/],
  ])('keys %j is refused with one sentence', async (parameters, fault) => {
    const said = await keys(...parameters);
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toMatch(fault);
    expect(said.stderr.trimEnd()).not.toContain('\n');
  });
});

describe('npm run doctor', () => {
  it('tells every wrong setting', async () => {
    const { code, stdout } = await command('doctor', [], { KEY_PEPPER: '', PORT: 'x' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}settings {2}PORT must be a whole number/m);
    expect(stdout).toMatch(/^FAIL {2}settings {2}KEY_PEPPER .* is missing/m);
  });

  it('is content with a gateway that has all its terminals, and names the symbol that each serves', async () => {
    const env = { ALLOW_SIMULATOR: 'true', LOG_LEVEL: 'warn', MT5_LOGIN: '77', MT5_SERVER: 'Broker-Live' };
    const { gateway, url, bridgePort } = await site.listening(env);
    const port = new URL(url).port;
    const alone = await command('doctor', [], { ...env, PORT: port });
    expect(alone.code).toBe(1);
    expect(alone.stdout).toMatch(/^ok {4}database {9}reachable, schema up to date$/m);
    expect(alone.stdout).toMatch(/^FAIL {2}terminal MT5_01 {2}.*EURUSD: terminal MT5_01 has not connected yet/m);

    const symbols = [...alone.stdout.matchAll(/([A-Z0-9]+): terminal MT5_01 has not connected yet/g)].map(
      ([, name]) => ({
        name,
      }),
    );
    const plan = {
      gateway: { host: '127.0.0.1', port: bridgePort },
      terminals: [{ id: 'MT5_01', login: 77, symbols }],
    };
    site.program('simulator/main.js', [], { SIMULATOR_PLAN: JSON.stringify(plan) });
    await gateway.until(async () => (await fetch(`${url}/api/health`)).status === 200);
    const together = await command('doctor', [], { ...env, PORT: port });
    expect(together.stdout).toMatch(
      /^ok {4}gateway {10}\S+: ok, 1 of 1 terminal connected, simulated terminals are allowed$/m,
    );
    expect(together.stdout).toMatch(/^ok {4}terminal MT5_01 {2}.*EURUSD: served here/m);
    expect(together.code).toBe(0);
  });

  it('tells that the gateway is away, and does not blame the terminals', async () => {
    const { code, stdout } = await command('doctor', [], { PORT: '1' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}gateway .* does not answer: start the gateway with npm start$/m);
    expect(stdout).toMatch(/^- {5}terminal MT5_15 {2}XAUUSD: unknown without the gateway$/m);
  });
});

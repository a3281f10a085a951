import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { GatewaySite, SECRETS } from './gateway-process.js';
import { freePort } from './program.js';

let database: TestDatabase;
let site: GatewaySite;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  site = new GatewaySite(database.url);
});
afterEach(async () => {
  const { said } = site;
  await site.close();
  for (const secret of Object.values(SECRETS)) expect(said).not.toContain(secret);
  expect(said).not.toMatch(/mt5g_(live|adm)_/);
});

const changed = (change: Partial<URL>): string => Object.assign(new URL(database.url), change).href;

describe('npm start', () => {
  /** Standard error of a gateway that does not start; one message without a stack. */
  const refusal = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const gateway = site.gateway(env);
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.stderr).toMatch(/^mt5-gateway: /);
    expect(gateway.stderr).not.toMatch(/^\s+at /m);
    return gateway.stderr;
  };

  it('tells everything that is missing or wrong at once, by name and rule, never by value', async () => {
    const env = {
      DATABASE_URL: '',
      BRIDGE_MASTER_SECRET: 'hunter2',
      KEY_PEPPER: '',
      PORT: '70001',
      CONFIG_DIR: '/nowhere',
    };
    const text = await refusal(env);
    expect(text).toContain('DATABASE_URL (or DATABASE_URL_FILE) is missing');
    expect(text).toContain('BRIDGE_MASTER_SECRET must be at least 32 characters');
    expect(text).toContain('KEY_PEPPER (or KEY_PEPPER_FILE) is missing');
    expect(text).toContain('PORT must be a whole number from 0 to 65535');
    for (const file of ['terminals', 'tiers', 'indicators']) expect(text).toContain(`/nowhere/${file}.json`);
    expect(text).not.toMatch(/hunter2|70001/);
  });

  it('says that the password is wrong, without telling it', async () => {
    const text = await refusal({ DATABASE_URL: changed({ password: 'not-the-passw0rd' }) });
    expect(text).toMatch(/^mt5-gateway: Postgres at \S+ refuses the password of user "mt5gateway": .*\n$/);
    expect(text).not.toContain('not-the-passw0rd');
  });

  it('says that there is no such database', async () => {
    expect(await refusal({ DATABASE_URL: changed({ pathname: '/nowhere' }) })).toMatch(
      /has no database "nowhere".*\n$/,
    );
  });

  it('says that nobody listens where the database should be', async () => {
    const port = String(await freePort());
    expect(await refusal({ DATABASE_URL: changed({ port }) })).toContain(`:${port} refuses the connection`);
  });

  it('names the command that brings an empty database to its schema', async () => {
    const empty = await createEmptyDatabase();
    try {
      expect(await refusal({ DATABASE_URL: empty.url })).toMatch(/npm run migrate.*\n$/);
    } finally {
      await empty.drop();
    }
  });

  it.each(['PORT', 'BRIDGE_PORT', 'METRICS_PORT'])('says which port is taken, and to change %s', async (setting) => {
    const intruder = createServer().listen(0, '127.0.0.1');
    await once(intruder, 'listening');
    const { port } = intruder.address() as { port: number };
    try {
      const text = await refusal({ [setting]: String(port) });
      expect(text).toContain(String(port));
      expect(text).toMatch(new RegExp(`\\b${setting}\\b`));
    } finally {
      intruder.close();
    }
  });

  it('refuses simulated terminals unless they are allowed, and says so in its log', async () => {
    const { gateway, url, bridgePort } = await site.listening();
    startSimulator(bridgePort);
    await gateway.until(() => /MT5_05.*simulat/i.test(gateway.stdout));
    const response = await fetch(`${url}/api/health`);
    const health = (await response.json()) as Record<string, unknown>;
    expect(response.status).toBe(503);
    expect(health).toMatchObject({ success: false, connected_terminals: 0 });
    expect(health).not.toHaveProperty('simulated');
  });

  it('says in its health that simulated terminals are allowed', async () => {
    const { gateway, url, bridgePort } = await site.listening({ ALLOW_SIMULATOR: 'true' });
    startSimulator(bridgePort);
    await gateway.until(async () => (await fetch(`${url}/api/health`)).status === 200);
    const health: unknown = await (await fetch(`${url}/api/health`)).json();
    expect(health).toMatchObject({ simulated: true, status: 'degraded', connected_terminals: 1 });
  });

  it('answers every request that it took before SIGTERM, and ends with 0 within the grace', async () => {
    const { gateway, url, bridgePort } = await site.listening({ ALLOW_SIMULATOR: 'true', LOG_LEVEL: 'warn' });
    startSimulator(bridgePort);
    await gateway.until(async () => (await fetch(`${url}/api/health`)).status === 200);
    const outcomes: { inTime: boolean; result: string }[] = [];
    let stopping = false;
    const client = async (): Promise<void> => {
      for (;;) {
        const inTime = !stopping;
        const result = await fetch(`${url}/metrics`).then(
          async (response) => `${response.status} ${(await response.text()).endsWith('\n')}`,
          () => 'no answer',
        );
        outcomes.push({ inTime, result });
        if (result === 'no answer') return;
      }
    };
    const clients = Array.from({ length: 10 }, client);
    await gateway.until(() => outcomes.length > 100);
    stopping = true;
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
    await Promise.all(clients);
    const results = (inTime: boolean) =>
      new Set(outcomes.filter((outcome) => outcome.inTime === inTime).map(({ result }) => result));
    expect(results(true)).toEqual(new Set(['200 true']));
    expect(results(false)).toContain('no answer');
  });
});

describe('a stop with SHUTDOWN_DELAY_MS', () => {
  /** Asks on a connection that stays open; the head of the answer, or what became of the connection. */
  const ask = (agent: Agent, url: string): Promise<string> =>
    new Promise((resolve) => {
      get(`${url}/metrics`, { agent }, (response) => {
        response.resume().on('end', () => resolve(`${response.statusCode} ${response.headers.connection}`));
      }).on('error', (error) => resolve(error.message));
    });

  it('shows red readiness, still answers on every open connection, and ends by force on a second signal', async () => {
    const env = { ALLOW_SIMULATOR: 'true', SHUTDOWN_DELAY_MS: '60000' };
    const { gateway, url, bridgePort } = await site.listening(env);
    startSimulator(bridgePort);
    await gateway.until(async () => (await fetch(`${url}/health/ready`)).status === 200);
    const agents = Array.from({ length: 16 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const all = (): Promise<string[]> => Promise.all(agents.map((agent) => ask(agent, url)));
    expect(new Set(await all())).toEqual(new Set(['200 keep-alive']));
    gateway.kill('SIGTERM');
    await gateway.until(async () => (await fetch(`${url}/health/ready`)).status === 503);
    expect(new Set(await all())).toEqual(new Set(['200 close']));
    await gateway.until(() => {
      if (!gateway.hasEnded) gateway.kill('SIGTERM');
      return gateway.hasEnded;
    });
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.stderr).toContain('received a second signal');
    for (const agent of agents) agent.destroy();
  });

  it('ends with 0 when the delay is over', async () => {
    const { gateway } = await site.listening({ SHUTDOWN_DELAY_MS: '100' });
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  });
});

/** One simulated terminal, with the account that the shipped configuration expects of MT5_05. */
function startSimulator(port: number): void {
  const plan = {
    gateway: { host: '127.0.0.1', port },
    terminals: [{ id: 'MT5_05', login: 12_345_682, symbols: [{ name: 'EURUSD' }] }],
  };
  site.program('simulator/main.js', [], { SIMULATOR_PLAN: JSON.stringify(plan) });
}

/** `npm run doctor`: settings, database, gateway, and each terminal with its symbol routes. Exit code 1 if anything is wrong. */
import 'reflect-metadata';
import { ConfigurationError, loadSettings, readProcessEnvironment, type Settings } from '../src/config/index.js';
import { SystemRandom } from '../src/kernel/index.js';
import { assertMigrated, Database, poolOptions } from '../src/persistence/index.js';

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The part of `/api/health` that the table shows. */
interface Health {
  readonly terminals: Readonly<
    Record<string, { connected: boolean; terminal_id: string; last_check: string | null; error?: string }>
  >;
}

const HEALTH_TIMEOUT_MS = 3000;

const findings: Finding[] = [];
const report = (what: string, ok: boolean, detail: string) => findings.push({ what, ok, detail });

const settings = checkSettings();
if (settings !== undefined) {
  await checkDatabase(settings);
  checkTerminals(settings, await checkGateway(settings));
}
printTable();
process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1;

function checkSettings(): Settings | undefined {
  try {
    const loaded = loadSettings(readProcessEnvironment());
    report('settings', true, `${loaded.terminals.terminals.length} terminals, ${loaded.tiers.tiers.length} tiers`);
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const fault of error.faults) report('settings', false, fault);
    return undefined;
  }
}

async function checkDatabase({ database: databaseSettings }: Settings): Promise<void> {
  try {
    const database = await Database.connect(poolOptions(databaseSettings), new SystemRandom());
    try {
      await assertMigrated(database);
      report('database', true, 'reachable, schema up to date');
    } finally {
      await database.close();
    }
  } catch (error) {
    report('database', false, error instanceof Error ? error.message : String(error));
  }
}

async function checkGateway({ server }: Settings): Promise<Health | undefined> {
  const host = server.host === '0.0.0.0' ? '127.0.0.1' : server.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}/api/health`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const health = (await response.json()) as Health & {
      status: string;
      connected_terminals: number;
      total_terminals: number;
    };
    const connected = `${health.connected_terminals} of ${health.total_terminals} terminals connected`;
    report('gateway', health.status === 'ok', `${url}: ${health.status}, ${connected}`);
    return health;
  } catch {
    report('gateway', false, `${url} does not answer: start it with npm start`);
    return undefined;
  }
}

function checkTerminals({ terminals }: Settings, health: Health | undefined): void {
  for (const { id, symbols } of terminals.terminals) {
    const routes = symbols.map(({ name }) => {
      const route = health?.terminals[name];
      if (route === undefined) return { ok: false, text: `${name}: unknown while the gateway is away` };
      if (route.terminal_id !== id) return { ok: route.connected, text: `${name}: served by ${route.terminal_id}` };
      return {
        ok: route.connected,
        text: `${name}: ${route.connected ? 'served here' : (route.error ?? 'not connected')}`,
      };
    });
    report(
      `terminal ${id}`,
      routes.every(({ ok }) => ok),
      routes.map(({ text }) => text).join(', '),
    );
  }
}

function printTable(): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, ok, detail } of findings) {
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${what.padEnd(width)}  ${detail}\n`);
  }
}

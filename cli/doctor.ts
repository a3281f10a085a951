/** `npm run doctor`: settings, database, gateway, and each terminal with its symbol routes. Exit code 1 if anything is wrong. */
import 'reflect-metadata';
import { ConfigurationError, loadSettings, readProcessEnvironment, type Settings } from '../src/config/index.js';
import { counted } from '../src/kernel/index.js';
import { checkAgents } from './doctor/agents.js';
import type { Finding } from './doctor/finding.js';
import { fetchMetrics } from './doctor/metrics-text.js';
import { checkOpenFiles } from './doctor/open-files.js';
import { explain } from './explain.js';
import { withDatabase } from './with-database.js';

/** Part of `/api/health` that the table shows. */
interface Health {
  readonly status: string;
  readonly connected_terminals: number;
  readonly total_terminals: number;
  readonly simulated?: boolean;
  readonly terminals: Readonly<
    Record<string, { connected: boolean; terminal_id: string; last_check: string | null; error?: string }>
  >;
}

const HEALTH_TIMEOUT_MS = 3000;

try {
  const findings = await examine();
  process.stdout.write(table(findings));
  process.exitCode = findings.some(({ state }) => state === 'FAIL') ? 1 : 0;
} catch (error) {
  explain('doctor', error);
}

async function examine(): Promise<Finding[]> {
  const environment = await readProcessEnvironment();
  let settings: Settings;
  try {
    settings = loadSettings(environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map((fault) => ({ what: 'settings', state: 'FAIL', detail: fault }));
  }
  const { terminals, tiers, ignored } = settings;
  const counts = `${counted(terminals.terminals.length, 'terminal')}, ${counted(tiers.tiers.length, 'tier')}`;
  const [database, { finding: gateway, health }, metrics] = await Promise.all([
    checkDatabase(settings),
    checkGateway(settings),
    fetchMetrics(metricsUrl(settings)),
  ]);
  const summary = { what: 'settings', state: 'ok', detail: counts } as const;
  const notices = ignored.map((detail) => ({ what: 'settings', state: '-', detail }) as const);
  const openFiles = checkOpenFiles(environment, metrics);
  const agents = checkAgents(terminals.terminals, metrics);
  return [summary, ...notices, database, gateway, openFiles, ...agents, ...checkTerminals(settings, health)];
}

async function checkDatabase({ database: databaseSettings }: Settings): Promise<Finding> {
  const what = 'database';
  try {
    await withDatabase(databaseSettings, () => undefined);
    return { what, state: 'ok', detail: 'reachable, schema up to date' };
  } catch (error) {
    return { what, state: 'FAIL', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function checkGateway({ server }: Settings): Promise<{ finding: Finding; health: Health | undefined }> {
  const what = 'gateway';
  const url = `${originOf(server, server.port)}/api/health`;
  const health = await fetchHealth(url);
  if (typeof health === 'string')
    return { finding: { what, state: 'FAIL', detail: `${url} ${health}` }, health: undefined };
  const simulated = health.simulated === true ? ', simulated terminals are allowed' : '';
  const connected = `${health.connected_terminals} of ${counted(health.total_terminals, 'terminal')} connected${simulated}`;
  const state = health.status === 'ok' ? 'ok' : 'FAIL';
  return { finding: { what, state, detail: `${url}: ${health.status}, ${connected}` }, health };
}

function metricsUrl({ server }: Settings): string {
  return `${originOf(server, server.metricsPort ?? server.port)}/metrics`;
}

function originOf(server: Settings['server'], port: number): string {
  const host = server.host === '0.0.0.0' || server.host === '::' ? '127.0.0.1' : server.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The gateway's health, or the fault. */
async function fetchHealth(url: string): Promise<Health | string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
  } catch {
    return 'does not answer: start the gateway with npm start';
  }
  const health = (await response.json().catch(() => undefined)) as Partial<Health> | undefined;
  const isOurs = typeof health?.terminals === 'object' && health.terminals !== null;
  return isOurs ? (health as Health) : 'is used by another program: stop it, or set PORT to another port';
}

function checkTerminals({ terminals }: Settings, health: Health | undefined): Finding[] {
  return terminals.terminals.map(({ id, symbols }) => {
    const what = `terminal ${id}`;
    const names = symbols.map(({ name }) => name);
    if (health === undefined) return { what, state: '-', detail: `${names.join(', ')}: unknown without the gateway` };
    const routes = names.map((name) => describeRoute(id, name, health));
    const isFine = routes.every(({ ok }) => ok);
    return { what, state: isFine ? 'ok' : 'FAIL', detail: routes.map(({ text }) => text).join(', ') };
  });
}

function describeRoute(terminalId: string, symbol: string, health: Health): { ok: boolean; text: string } {
  const route = health.terminals[symbol];
  if (route === undefined)
    return { ok: false, text: `${symbol}: not known to the gateway, was it started with other settings?` };
  const { connected, terminal_id: by, error } = route;
  if (!connected) return { ok: false, text: `${symbol}: ${error ?? 'not connected'}` };
  return { ok: true, text: `${symbol}: ${by === terminalId ? 'served here' : `served by ${by}`}` };
}

function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings.map(({ what, state, detail }) => `${state.padEnd(4)}  ${what.padEnd(width)}  ${detail}\n`).join('');
}

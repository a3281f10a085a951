import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AgentEnvironment } from '../sections/agent-environment.js';
import type { AgentSettings, AgentTerminal } from './agent-settings.js';
import * as environments from '../sections/environment.js';
import { TerminalsFile } from '../files/terminals.file.js';
import { Faults, terminalSettings } from '../load-settings.js';
import { readConfigFile } from '../files/read-config-file.js';
import { readEnvironment, type EnvironmentSource } from '../environment/read-environment.js';
import type { ConfiguredTerminal } from '../settings.js';
import { isTerminalSecret, readSecret, variableOf } from './terminal-secrets.js';
import { variablesOf } from '../environment/variable.js';

/** Line breaks would end the line of the start-up file, and the rest would be read as settings. */
const ONE_LINE = /^[^\p{Cc}]+$/u;
const KEY = /^[0-9a-fA-F]{64}$/;

/**
 * What the agent of this host needs: its own settings, its terminals of `config/terminals.json`, and their secrets.
 * @throws ConfigurationError listing everything that is missing or wrong, by name and rule
 */
export function loadAgentSettings(source: EnvironmentSource): AgentSettings {
  const faults = new Faults();
  const agent = faults.take(readEnvironment(AgentEnvironment, source));
  const terminalEnvironment = faults.take(readEnvironment(environments.TerminalEnvironment, source));
  const path = join(terminalEnvironment.CONFIG_DIR, 'terminals.json');
  const file = faults.takeFile(readConfigFile(TerminalsFile, path));
  const all = file === undefined ? [] : terminalSettings(terminalEnvironment, file, faults).terminals;
  const mine = all.filter(({ host }) => host === agent.AGENT_HOST);
  if (file !== undefined && mine.length === 0) {
    faults.add(`${path} has no terminal on host ${agent.AGENT_HOST}: set AGENT_HOST, or "host" of its terminals`);
  }
  const terminals = mine.map((terminal) => agentTerminal(terminal, { source, faults, isOnly: mine.length === 1 }));
  const tls = agent.AGENT_GATEWAY_TLS ? { ca: readAuthority(agent.AGENT_GATEWAY_CA_FILE, faults) } : undefined;
  faults.raise();
  return {
    host: agent.AGENT_HOST,
    key: agent.AGENT_KEY,
    gateway: { host: agent.AGENT_GATEWAY_HOST, port: agent.AGENT_GATEWAY_PORT, tls },
    terminals,
    terminalsDir: resolve(agent.AGENT_TERMINALS_DIR),
    program: agent.AGENT_TERMINAL_PROGRAM,
    arguments: agent.AGENT_TERMINAL_ARGUMENTS.split(/\s+/).filter((word) => word !== ''),
    expert: agent.AGENT_EXPERT,
    maxBars: agent.AGENT_MAX_BARS,
    startIntervalMs: agent.AGENT_START_INTERVAL_MS,
    memoryLimitMb: agent.AGENT_MEMORY_LIMIT_MB,
    watchIntervalMs: agent.AGENT_WATCH_INTERVAL_MS,
    restartDelayMs: agent.AGENT_RESTART_DELAY_MS,
    restartsPerHour: agent.AGENT_RESTARTS_PER_HOUR,
    stopTimeoutMs: agent.AGENT_STOP_TIMEOUT_MS,
    environment: environmentOfTerminals(source),
  };
}

interface SecretsReading {
  readonly source: EnvironmentSource;
  readonly faults: Faults;
  /** Then the general MT5_PASSWORD is meant for it, too. */
  readonly isOnly: boolean;
}

function agentTerminal(terminal: ConfiguredTerminal, { source, faults, isOnly }: SecretsReading): AgentTerminal {
  const { id, login, server, symbols } = terminal;
  const own = variableOf(id, 'PASSWORD');
  const password = readSecret(own, source, faults) ?? (isOnly ? readSecret('MT5_PASSWORD', source, faults) : undefined);
  if (password === undefined) {
    const orOnly = isOnly ? ', or MT5_PASSWORD,' : '';
    faults.add(`${own} (or ${own}_FILE)${orOnly} is missing: it must be the broker password of ${id}`);
  } else if (password !== '' && !ONE_LINE.test(password)) {
    faults.add(`${own} must be one line of printable characters`);
  }
  const keyVariable = variableOf(id, 'BRIDGE_KEY');
  const bridgeKey = readSecret(keyVariable, source, faults);
  if (bridgeKey !== undefined && bridgeKey !== '' && !KEY.test(bridgeKey)) {
    faults.add(`${keyVariable} must be 64 hexadecimal digits (npm run keys -- terminal ${id})`);
  }
  const first = symbols[0];
  return {
    id,
    login,
    server,
    chartSymbol: first?.brokerName ?? first?.name ?? '',
    password: password ?? '',
    bridgeKey,
  };
}

function readAuthority(file: string | undefined, faults: Faults): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    faults.add(`AGENT_GATEWAY_CA_FILE names a file that cannot be read (${code})`);
    return undefined;
  }
}

/** A terminal needs the host's environment, but no setting of ours: some of them are secret. */
function environmentOfTerminals(source: EnvironmentSource): Readonly<Record<string, string>> {
  const ours = new Set(
    Object.values(environments)
      .flatMap(variablesOf)
      .flatMap(({ name }) => [name, `${name}_FILE`]),
  );
  const isForeign = (name: string): boolean => !ours.has(name) && !isTerminalSecret(name);
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) => (value !== undefined && isForeign(name) ? [[name, value]] : [])),
  );
}

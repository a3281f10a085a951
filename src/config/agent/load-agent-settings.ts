import { join, resolve } from 'node:path';
import { Faults } from '../environment/faults.js';
import { type EnvironmentSource, readNamedFile, readSection } from '../environment/section.js';
import { readConfigFile } from '../files/read-config-file.js';
import { TerminalsFile } from '../files/terminals.file.js';
import { knownVariables } from '../sections/all-sections.js';
import { type ConfiguredTerminal, TERMINALS, terminalSettings } from '../sections/terminal-settings.js';
import { AGENT, type AgentSettings, type AgentTerminal } from '../sections/agent-settings.js';
import { isTerminalSecret, readSecret, variableOf } from './terminal-secrets.js';

/** A line break would end the line of the start-up file, and the rest would be read as settings. */
const ONE_LINE = /^[^\p{Cc}]+$/u;
const KEY = /^[0-9a-fA-F]{64}$/;

/**
 * Reads the agent's own settings, the terminals of its host in `config/terminals.json`, and their secrets.
 * @throws ConfigurationError listing everything that is missing or wrong, by name and rule
 */
export function loadAgentSettings(source: EnvironmentSource): AgentSettings {
  const faults = new Faults();
  const agent = readSection(AGENT, source, faults);
  const environment = readSection(TERMINALS, source, faults);
  const path = join(environment.configDir, 'terminals.json');
  const file = readConfigFile(TerminalsFile, path, faults);
  const all = file === undefined ? [] : terminalSettings(environment, file, faults).terminals;
  const mine = all.filter(({ host }) => host === agent.host);
  if (file !== undefined && mine.length === 0) {
    faults.add(`${path} has no terminal on host ${agent.host}: set AGENT_HOST, or "host" of its terminals`);
  }
  const terminals = mine.map((terminal) => agentTerminal(terminal, { source, faults, isOnly: mine.length === 1 }));
  const { gatewayHost, gatewayPort, gatewayTls, gatewayCaFile, password: _, ...settings } = agent;
  const tls = gatewayTls ? { ca: readAuthority(gatewayCaFile, faults) } : undefined;
  faults.raise();
  return {
    ...settings,
    gateway: { host: gatewayHost, port: gatewayPort, tls },
    terminals,
    terminalsDir: resolve(settings.terminalsDir),
    arguments: settings.arguments.split(/\s+/).filter((word) => word !== ''),
    environment: environmentOfTerminals(source),
  };
}

interface SecretsReading {
  readonly source: EnvironmentSource;
  readonly faults: Faults;
  /** The only terminal of a host may use the general MT5_PASSWORD. */
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
  return file === undefined ? undefined : readNamedFile('AGENT_GATEWAY_CA_FILE', file, faults);
}

/** Terminals get the host's environment without our settings, some of which are secret. */
function environmentOfTerminals(source: EnvironmentSource): Readonly<Record<string, string>> {
  const ours = new Set(knownVariables().flatMap((name) => [name, `${name}_FILE`]));
  const isForeign = (name: string): boolean => !ours.has(name) && !isTerminalSecret(name);
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) => (value !== undefined && isForeign(name) ? [[name, value]] : [])),
  );
}

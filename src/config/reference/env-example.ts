import {
  AccessEnvironment,
  AgentEnvironment,
  AuditEnvironment,
  BridgeEnvironment,
  DatabaseEnvironment,
  DemoEnvironment,
  SeriesEnvironment,
  ServerEnvironment,
  TerminalEnvironment,
} from '../sections/environment.js';
import { variablesOf, type VariableSpec } from '../environment/variable.js';

const SECTIONS: readonly (readonly [string, new () => object])[] = [
  ['Server', ServerEnvironment],
  ['Database', DatabaseEnvironment],
  ['Bridge: the port that terminals dial', BridgeEnvironment],
  ['Terminals', TerminalEnvironment],
  ['Series', SeriesEnvironment],
  ['Keys', AccessEnvironment],
  ['Audit trail', AuditEnvironment],
  ['Agent: on each host of terminals', AgentEnvironment],
  ['Demo', DemoEnvironment],
];

/** The names of all variables that any program of the gateway reads as a setting. */
export function knownVariables(): string[] {
  return SECTIONS.flatMap(([, environment]) => variablesOf(environment).map(({ name }) => name));
}

/** The text of `.env.example`: every known variable with what it is for, its unit and its default. */
export function renderEnvExample(): string {
  const head =
    '# Settings of mt5-gateway. Copy to .env and fill in what has no default; the process environment wins over .env.\n' +
    '# A secret may be given as NAME_FILE=/path/of/a/file instead. Written by `npm run schemas`.\n';
  return head + SECTIONS.map(([title, environment]) => section(title, variablesOf(environment))).join('');
}

function section(title: string, variables: readonly VariableSpec[]): string {
  return `\n# --- ${title} ---\n${variables.map(entry).join('')}`;
}

function entry(variable: VariableSpec): string {
  const preset = variable.required
    ? 'Required.'
    : `Default: ${variable.defaultText ?? variable.defaultNote ?? 'none'}.`;
  const line = `${variable.name}=${variable.defaultText ?? ''}`;
  return `\n# ${variable.about}\n# Unit: ${variable.unit}. ${preset}\n${variable.required ? line : `# ${line}`}\n`;
}

import type { Section } from '../environment/section.js';
import type { Variable } from '../environment/variable.js';
import { ACCESS } from './access-settings.js';
import { AGENT } from './agent-settings.js';
import { AUDIT } from './audit-settings.js';
import { BRIDGE } from './bridge-settings.js';
import { DATABASE } from './database-settings.js';
import { DEMO } from './demo-settings.js';
import { SERIES } from './series-settings.js';
import { SERVER } from './server-settings.js';
import { TERMINALS } from './terminal-settings.js';

/** All settings of all programs of the gateway, in the order of the documents. */
export const SECTIONS: readonly Section<Readonly<Record<string, Variable<unknown>>>>[] = [
  ...[SERVER, DATABASE, BRIDGE, TERMINALS, SERIES, ACCESS, AUDIT, AGENT, DEMO],
];

export function knownVariables(): string[] {
  return SECTIONS.flatMap(({ variables }) => Object.values(variables).map(({ name }) => name));
}

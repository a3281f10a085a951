import type { Variable } from '../environment/variable.js';
import { SECTIONS } from '../sections/all-sections.js';

const HEAD = `# Settings of mt5-gateway. Copy to .env and fill in what has no default; the process environment wins over .env.
# A secret may be given as NAME_FILE=/path/of/a/file instead. Written by \`npm run schemas\`.
`;

/** Text of `.env.example`: every variable with its purpose, unit and default. */
export function renderEnvExample(): string {
  const sections = SECTIONS.map(
    ({ title, variables }) => `\n# --- ${title} ---\n${Object.values(variables).map(entry).join('')}`,
  );
  return HEAD + sections.join('');
}

function entry({ name, about, unit, required, defaultText, defaultNote }: Variable<unknown>): string {
  const preset = required ? 'Required.' : `Default: ${defaultText ?? defaultNote}.`;
  const line = `${name}=${defaultText ?? ''}`;
  return `\n# ${about}\n# Unit: ${unit}. ${preset}\n${required ? line : `# ${line}`}\n`;
}

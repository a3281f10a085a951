import type { Variable } from '../environment/variable.js';
import { SECTIONS } from '../sections/all-sections.js';

/** Markdown tables of all settings, one for each section. */
export function renderSettingsTables(): string {
  const head = '| setting | what for | unit | default |\n|---|---|---|---|';
  return SECTIONS.map(
    ({ title, variables }) => `### ${title}\n\n${head}\n${Object.values(variables).map(row).join('\n')}\n`,
  ).join('\n');
}

function row({ name, about, unit, required, defaultText, defaultNote }: Variable<unknown>): string {
  const preset = required ? '**required**' : (defaultText ?? defaultNote);
  return `| \`${name}\` | ${about} | ${unit} | ${preset} |`;
}

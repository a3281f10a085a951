import { readFileSync } from 'node:fs';
import { renderSettingsTables } from '../../src/config/index.js';
import { problemSpec } from '../../src/http/index.js';
import { ERROR_CODES } from '../../src/kernel/index.js';
import { type DocumentedRoutes, renderRoutes } from './routes-table.js';

const HEAD =
  '# Reference\n\nTables that are generated from the code: `npm run schemas` and `npm run openapi` write this page.\n';

/** The sections of the page in their order. A new table is one more entry. */
const SECTIONS: readonly { readonly title: string; readonly about: string; readonly render: () => string }[] = [
  {
    title: 'Routes',
    about:
      'The same routes without `/v1` work too. [openapi.json](../openapi.json) has their parameters, bodies and answers, and Swagger UI at `/docs` and `/docs/admin` lets you try them.',
    render: () => renderRoutes(JSON.parse(readFileSync('openapi.json', 'utf8')) as DocumentedRoutes),
  },
  {
    title: 'Settings',
    about:
      'From the environment or `.env`; the environment wins. Every secret may be given as `NAME_FILE` with the path of a file instead. `.env.example` is a copy to fill in.',
    render: renderSettingsTables,
  },
  {
    title: 'Problem codes',
    about: 'The `code` of an `application/problem+json` answer. `GET /problems/{code}` says the same.',
    render: renderProblems,
  },
];

/** The text of docs/reference.md; reads openapi.json from the working directory. */
export function renderReference(): string {
  return HEAD + SECTIONS.map(({ title, about, render }) => `\n## ${title}\n\n${about}\n\n${render()}`).join('');
}

function renderProblems(): string {
  const head = '| code | status | title | what it means and what to do | retryable |\n|---|---|---|---|---|\n';
  const rows = ERROR_CODES.map((code) => ({ code, ...problemSpec(code) }))
    .sort((a, b) => a.status - b.status)
    .map(({ code, status, title, description, retryable }) => {
      const cells = [`\`${code}\``, status, title, description, retryable ? 'yes' : 'no'];
      return `| ${cells.join(' | ')} |\n`;
    });
  return head + rows.join('');
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../src/kernel/index.js';
import { renderReference } from '../../tools/reference/reference-document.js';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Every document of the repository, relative to its root. */
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
/** As GitHub names a heading: lower case, words joined by hyphens. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
const anchorsOf = (file: string) =>
  [
    ...read(file)
      .replaceAll(/^```[\s\S]*?^```/gm, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading]) => anchorOf(heading!));

describe('the documents', () => {
  it('are all there', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'docs/operations.md', 'docs/engine.md']),
    );
  });

  it('link only to files and headings that exist', () => {
    const links = documents.flatMap((file) =>
      [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ file, target: target! })),
    );
    const broken = links.filter(({ file, target }) => {
      if (/^https?:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const found = path === '' ? file : relative(root, join(root, dirname(file), path));
      return !existsSync(join(root, found)) || (anchor !== undefined && !anchorsOf(found).includes(anchor));
    });

    expect(broken).toEqual([]);
    expect(links.length).toBeGreaterThan(15);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(/\bnpm (?:run (?:-s |--silent )?([a-z-]+)|(test|start)\b)/g)].map(
        ([, script, short]) => `${file}: ${script ?? short}`,
      ),
    );

    expect(named.filter((entry) => scripts[entry.split(': ')[1]!] === undefined)).toEqual([]);
    expect(named).toContain('README.md: demo');
  });

  it('name only files and folders of the repository that exist', () => {
    const roots = 'src|test|cli|tools|embedded-postgres|mql5-harness|config|docs|bench|simulator|migrations';
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(new RegExp(`\`((?:${roots})/[\\w./-]*)\``, 'g'))].map(([, path]) => `${file}: ${path}`),
    );

    expect(named.filter((entry) => !existsSync(join(root, entry.split(': ')[1]!)))).toEqual([]);
  });

  it('tell no page of decisions that the list of decisions lacks', () => {
    const pages = readdirSync(join(root, 'docs/adr')).filter((name) => name !== 'README.md');
    const list = read('docs/adr/README.md');

    expect(pages.filter((page) => !list.includes(`(${page})`))).toEqual([]);
    for (const page of pages) {
      const headings = [...read(`docs/adr/${page}`).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'What enforces it']);
    }
  });
});

describe('the README', () => {
  const readme = read('README.md');

  it('is read in five minutes: at most 150 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(151);
  });

  it('lists every npm script', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

    expect(Object.keys(scripts).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/reference.md', () => {
  const reference = read('docs/reference.md');

  it('is what the declarations say (npm run schemas writes it)', () => {
    expect(reference).toBe(renderReference());
  });

  it('lists every route, and no other', () => {
    const { paths } = JSON.parse(read('openapi.json')) as { paths: Readonly<Record<string, object>> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const listed = [...reference.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)` \|/gm)].map(
      ([, route]) => route,
    );

    expect(new Set(listed)).toEqual(new Set(routes));
    expect(listed).toHaveLength(routes.length);
  });

  it('lists every setting with meaning, unit and default as .env.example has them', () => {
    const entry = /^# (.+)\n# Unit: (.+)\. (Required|Default: .+)\.\n(?:# )?([A-Z0-9_]+)=/gm;
    const rows = [...read('.env.example').matchAll(entry)].map(([, about, unit, preset, name]) => {
      const value = preset === 'Required' ? '**required**' : preset!.replace('Default: ', '');
      return `| \`${name}\` | ${about} | ${unit} | ${value} |`;
    });
    const listed = [...reference.matchAll(/^\| `[A-Z0-9_]+` \|.*$/gm)].map(([row]) => row);

    expect(listed).toEqual(rows);
    expect(rows.length).toBe([...read('.env.example').matchAll(/^(?:# )?[A-Z0-9_]+=/gm)].length);
  });

  it('lists every problem code', () => {
    const listed = [...reference.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code!);

    expect(new Set(listed)).toEqual(new Set(ERROR_CODES));
  });
});

describe('docs/operations.md', () => {
  const operations = read('docs/operations.md');

  it('names only metrics that the code has', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join('src', name)))
      .join('\n');
    const named = [...operations.matchAll(/`((?:mt5gw|db_pool|http)_[a-z_]+[a-z])(?:\{([a-z,]+)\})?`/g)];

    expect(named.length).toBeGreaterThan(15);
    expect(named.map(([, name]) => name).filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
    for (const [, name, labels] of named) {
      const family = sources.slice(sources.indexOf(`'${name}'`)).slice(0, 400);
      for (const label of labels?.split(',') ?? []) expect(`${name}: ${family}`).toContain(`'${label}'`);
    }
  });

  it('names only error codes that exist', () => {
    const named = [...operations.matchAll(/\b[45]\d\d `([a-z-]+)`/g)].map(([, code]) => code!);

    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((code) => !(ERROR_CODES as readonly string[]).includes(code))).toEqual([]);
  });
});

describe('docs/engine.md', () => {
  it('names every number of config/indicators.json', () => {
    const { engine } = JSON.parse(read('config/indicators.json')) as { engine: Readonly<Record<string, unknown>> };
    const engineDocument = read('docs/engine.md');
    const names = Object.entries(engine).flatMap(([name, value]) =>
      name === 'horizontal' || name === 'diagonal' ? Object.keys(value as object) : [name],
    );

    expect(names.filter((name) => !engineDocument.includes(`\`${name}\``))).toEqual([]);
  });
});

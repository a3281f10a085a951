import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { ConfigurationError } from '../config.errors.js';
import { section, settingsOf } from './section.js';
import { choice, flag, integer, seconds, text } from './variable.js';

const FOLDER = 'src/config/environment';

const integerWith = (options: string): string =>
  `integer('PLANTED', { about: 'A.', range: [1, 2, 'bars'], ${options} })`;
const audit = (members: string): string => `export const settings = new AuditSettings({ ${members} });`;
const use = (preset: string): string => `
  const planted = section('Planted', { bars: ${integerWith(preset)} });
  class PlantedSettings extends settingsOf(planted) {}
  export const bars: number = PlantedSettings.load({}).bars;`;
const WHOLE = "retentionMonths: 24, spoolDir: 'spool', spoolMaxBytes: 1";

/** Sources next to the declarations, by what they try. */
const PLANTED = {
  whole: audit(WHOLE),
  forgotten: audit("retentionMonths: 24, spoolDir: 'spool'"),
  misspelled: audit(`${WHOLE}, spoolMaxByte: 1`),
  widened: audit(WHOLE.replace('1', 'undefined as number | undefined')),
  withDefault: use('default: 1'),
  required: use('required: true'),
  optional: use("unset: 'all'"),
  withoutWord: `export const it = ${integerWith('')};`,
  wrongDefault: `export const it = ${integerWith("default: '1'")};`,
} as const;

/** Errors of the compiler for each of {@link PLANTED}. */
function compile(): Readonly<Record<keyof typeof PLANTED, string>> {
  const head = `
    import { section, settingsOf } from './section.js';
    import { integer } from './variable.js';
    import { AuditSettings } from '../sections/audit-settings.js';`;
  const sources = new Map(
    Object.entries(PLANTED).map(([name, code]) => [join(process.cwd(), FOLDER, `planted-${name}.ts`), head + code]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, target) => {
    const source = sources.get(name);
    return source === undefined ? getSourceFile.call(host, name, target) : ts.createSourceFile(name, source, target);
  };
  host.fileExists = (name) => sources.has(name) || fileExists.call(host, name);
  host.readFile = (name) => sources.get(name) ?? readFile.call(host, name);
  const program = ts.createProgram([...sources.keys()], options, host);
  const faults = [...sources.keys()].map((file) => {
    const found = program.getSemanticDiagnostics(program.getSourceFile(file));
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')).join();
  });
  return Object.fromEntries(Object.keys(PLANTED).map((name, index) => [name, faults[index]])) as never;
}

describe('settings classes', () => {
  it('compile with every member and every variable declared, and not with one forgotten, misspelled or widened', () => {
    expect(compile()).toEqual({
      whole: '',
      forgotten: expect.stringContaining("'spoolMaxBytes' is missing"),
      misspelled: expect.stringContaining("'spoolMaxByte' does not exist"),
      widened: expect.stringContaining("'undefined' is not assignable to type 'number'"),
      withDefault: '',
      required: '',
      optional: expect.stringContaining("'number | undefined' is not assignable to type 'number'"),
      withoutWord: expect.stringContaining('is not assignable to parameter'),
      wrongDefault: expect.stringContaining("'string' is not assignable to type 'number'"),
    });
  }, 300_000);

  it('are filled by their constructors only, which let no member be forgotten', () => {
    const sources = readdirSync('src/config', { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
    const loose = sources.filter((name) =>
      /Object\.assign\(\s*new \w+Settings|as \w+Settings\b/.test(readFileSync(join('src/config', name), 'utf8')),
    );
    expect(sources.length).toBeGreaterThan(20);
    expect(loose).toEqual([]);
  });
});

describe('a section', () => {
  const rule = { about: 'Planted.' } as const;
  class Planted extends settingsOf(
    section('Planted', {
      count: integer('COUNT', { ...rule, range: [1, 9, 'bars'], default: 3 }),
      waitMs: seconds('WAIT', { ...rule, range: [1, 9], unset: 'none' }),
      isOn: flag('ON', { ...rule, default: true }),
      mood: choice('MOOD', { ...rule, of: ['calm', 'loud'], default: 'calm' }),
      secret: text('SECRET', { ...rule, form: 'at least 4 characters', minLength: 4, required: true, secret: true }),
    }),
  ) {}

  const faultsOfLoading = (source: Record<string, string>): readonly string[] => {
    try {
      Planted.load(source);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.faults;
      throw error;
    }
    return [];
  };

  it('is read into its class with defaults, types and milliseconds', () => {
    expect(Planted.load({ SECRET: 'abcd' })).toEqual(
      new Planted({ count: 3, waitMs: undefined, isOn: true, mood: 'calm', secret: 'abcd' }),
    );
    expect(Planted.load({ SECRET: 'abcd', COUNT: '9', WAIT: '2', ON: 'false', MOOD: 'loud' })).toMatchObject({
      ...{ count: 9, waitMs: 2000, isOn: false, mood: 'loud' },
    });
    expect(Planted.load({ SECRET: 'abcd', COUNT: '' })).toBeInstanceOf(Planted);
  });

  it('names every wrong variable with its rule and never shows a value', () => {
    const source = { COUNT: '10', WAIT: '1.5', ON: 'yes', MOOD: 'Loud', SECRET: 'abc' };
    expect(faultsOfLoading(source)).toEqual([
      'COUNT must be a whole number from 1 to 9 (bars)',
      'WAIT must be a whole number from 1 to 9 (seconds)',
      'ON must be true or false',
      'MOOD must be one of calm, loud',
      'SECRET must be at least 4 characters',
    ]);
    expect(faultsOfLoading({})).toEqual(['SECRET (or SECRET_FILE) is missing: it must be at least 4 characters']);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const FOLDER = 'src/config/sections';

/** The faults that the compiler finds in each of these sources beside the settings: one program, as types are loaded once. */
function faultsOf(...sources: readonly string[]): readonly string[] {
  const planted = new Map(
    sources.map((source, index) => [join(process.cwd(), FOLDER, `planted-${index}.ts`), source] as const),
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
    const source = planted.get(name);
    return source === undefined ? getSourceFile.call(host, name, target) : ts.createSourceFile(name, source, target);
  };
  host.fileExists = (name) => planted.has(name) || fileExists.call(host, name);
  host.readFile = (name) => planted.get(name) ?? readFile.call(host, name);
  const program = ts.createProgram([...planted.keys()], options, host);
  return [...planted.keys()].map((file) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      .join(),
  );
}

const planted = (members: string) => `
  import { filled } from './filled.js';
  import { AuditSettings } from '.../settings.js';
  export const settings = filled(AuditSettings, { ${members} });
`;

describe('settings classes', () => {
  it('compile when every member is set, and not when one is forgotten or misspelled', () => {
    const whole = "retentionMonths: 24, spoolDir: 'spool', spoolMaxBytes: 1";
    const sources = [whole, "retentionMonths: 24, spoolDir: 'spool'", `${whole}, spoolMaxByte: 1`].map(planted);
    expect(faultsOf(...sources)).toEqual([
      '',
      expect.stringContaining("'spoolMaxBytes' is missing"),
      expect.stringContaining("'spoolMaxByte' does not exist"),
    ]);
  }, 300_000);

  it('are filled in no other way, which would let a member be forgotten', () => {
    const sources = readdirSync('src/config', { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
    const loose = sources.filter((name) =>
      /Object\.assign\(\s*new \w+Settings\b/.test(readFileSync(join('src/config', name), 'utf8')),
    );
    expect(loose).toEqual([]);
    expect(readFileSync('src/config/load-settings.ts', 'utf8').match(/filled\(\w+Settings,/g)!.length).toBeGreaterThan(
      8,
    );
  });
});

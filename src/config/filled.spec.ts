import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const FOLDER = 'src/config';

/** What the compiler says about a source beside the settings. */
function faultsOf(source: string): string[] {
  const file = join(process.cwd(), FOLDER, 'planted.ts');
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
  host.getSourceFile = (name, target) =>
    name === file ? ts.createSourceFile(name, source, target) : getSourceFile.call(host, name, target);
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.readFile = (name) => (name === file ? source : readFile.call(host, name));
  const program = ts.createProgram([file], options, host);
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(file));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const planted = (members: string) => `
  import { filled } from './filled.js';
  import { AuditSettings } from './settings.js';
  export const settings = filled(AuditSettings, { ${members} });
`;

describe('settings classes', () => {
  it('compile when every member is set, and not when one is forgotten or misspelled', () => {
    const whole = "retentionMonths: 24, spoolDir: 'spool', spoolMaxBytes: 1";
    expect(faultsOf(planted(whole))).toEqual([]);
    expect(faultsOf(planted("retentionMonths: 24, spoolDir: 'spool'")).join()).toContain("'spoolMaxBytes' is missing");
    expect(faultsOf(planted(`${whole}, spoolMaxByte: 1`)).join()).toContain("'spoolMaxByte' does not exist");
  }, 300_000);

  it('are filled in no other way, which would let a member be forgotten', () => {
    const sources = readdirSync(FOLDER, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
    const loose = sources.filter((name) =>
      /Object\.assign\(\s*new \w+Settings\b/.test(readFileSync(join(FOLDER, name), 'utf8')),
    );
    expect(loose).toEqual([]);
    expect(
      readFileSync(join(FOLDER, 'load-settings.ts'), 'utf8').match(/filled\(\w+Settings,/g)!.length,
    ).toBeGreaterThan(8);
  });
});

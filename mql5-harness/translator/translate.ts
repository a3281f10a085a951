import { parseDirective } from './directives.js';
import { type ProgramKind, renderProgram } from './emitter.js';
import { FileParser } from './file-parser.js';
import { parseFunctionRest } from './functions.js';
import { parseInput } from './inputs.js';
import type { Manifest } from './manifest.js';
import { ProgramSymbols } from './program-symbols.js';
import { refuse, SourceRefused } from './refusal.js';
import { tokenize } from './tokenizer.js';
import { parseEnum, parseRecord } from './type-declarations.js';
import { parseTypeName, parseVariables } from './variables.js';
import { HANDLERS } from './vocabulary.js';

/** Where the sources are: a program or an include by its path below the folder `mql5`, undefined if there is none. */
export type ReadSource = (path: string) => string | undefined;

/** A program in C++. */
export interface Translation {
  readonly kind: ProgramKind;
  readonly cpp: string;
  /** Every file that went into it, below the folder `mql5`. */
  readonly files: readonly string[];
}

const KINDS: Readonly<Record<string, ProgramKind>> = {
  Experts: 'expert',
  Indicators: 'indicator',
  Scripts: 'script',
};

/**
 * Turns a program of the subset into one C++ file whose `#line` marks lead back to the MQL5 lines.
 * @param program path below the folder `mql5`: `Experts/Name.mq5`
 * @throws SourceRefused for everything that is not on the list of what the subset has
 */
export function translate(program: string, readSource: ReadSource, manifest: Manifest): Translation {
  const kind = KINDS[program.split('/')[0]!];
  if (kind === undefined) throw new Error(`${program} is in none of the folders Experts, Indicators and Scripts`);
  const symbols = new ProgramSymbols(manifest);
  const files = new Set<string>([program]);
  const source = readSource(program);
  if (source === undefined) throw new Error(`there is no mql5/${program}`);
  const text = new ProgramReader(symbols, files, readSource).read(program, source);
  const [nap] = kind === 'script' ? [] : symbols.callsOf('Sleep');
  if (nap !== undefined) refuse(nap, 'sleep', 'only a script may sleep: an event handler must return immediately');
  const unknown = symbols.unknownUses();
  if (unknown.length > 0) throw new SourceRefused(unknown);
  return { kind, cpp: renderProgram({ name: program, kind, symbols, text }), files: [...files] };
}

class ProgramReader {
  constructor(
    private readonly symbols: ProgramSymbols,
    private readonly files: Set<string>,
    private readonly readSource: ReadSource,
  ) {}

  read(path: string, source: string): string {
    const file = `mql5/${path}`;
    const parser = new FileParser(tokenize(file, source), this.symbols);
    while (parser.cursor.peek().kind !== 'end') this.readOne(parser);
    return `#line 1 "${file}"\n${parser.render()}\n`;
  }

  private readOne(parser: FileParser): void {
    const token = parser.cursor.peek();
    if (token.kind === 'directive') return this.readDirective(parser);
    if (token.text === 'enum') return parseEnum(parser);
    if (['struct', 'class', 'union'].includes(token.text)) return parseRecord(parser);
    if (token.text === 'input' || token.text === 'sinput') return parseInput(parser);
    if (parser.cursor.isName(1) && parser.cursor.is('::', 2)) {
      refuse(parser.cursor.peek(2), 'out-of-line-method', 'methods are written inside their class');
    }
    if (parser.cursor.isName(1) && parser.cursor.is('(', 2)) return this.readFunctionOrObject(parser);
    parseVariables(parser, 'global');
  }

  private readFunctionOrObject(parser: FileParser): void {
    const { cursor, symbols } = parser;
    const startsParameters = cursor.is(')', 3) || cursor.is('const', 3) || symbols.isType(cursor.peek(3));
    const isObject = ['class', 'struct'].includes(symbols.types.get(cursor.peek().text)?.kind ?? '');
    if (isObject && !startsParameters) {
      parseVariables(parser, 'global');
      return;
    }
    const type = parseTypeName(parser);
    const name = cursor.expectName();
    symbols.declare('function', name);
    const { written, types } = parseFunctionRest(parser, name.text);
    symbols.prototypes.push(`${type.output} ${name.text}(${types});`);
    const wanted = HANDLERS.get(name.text);
    if (wanted === undefined) {
      if (/^On[A-Z]/.test(name.text)) refuse(name, 'handler', `${name.text} is not an event handler of the subset`);
      return;
    }
    if (`${type.text}(${written})` !== wanted) refuse(name, 'handler', `${name.text} must be ${wanted}`);
    symbols.handlers.add(name.text);
  }

  private readDirective(parser: FileParser): void {
    const token = parser.cursor.peek();
    const included = parseDirective(parser);
    if (included === undefined) return;
    token.output = '';
    const path = `Include/${included}`;
    if (this.files.has(path)) return;
    this.files.add(path);
    const source = this.readSource(path);
    if (source === undefined) refuse(token, 'include-path', `there is no mql5/${path}`);
    token.output = `\n${this.read(path, source)}#line ${token.line} "${token.file}"\n`;
  }
}

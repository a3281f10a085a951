import { parseExpression } from './expressions.js';
import { FileParser } from './file-parser.js';
import { refuse } from './refusal.js';
import { type Token, tokenize } from './tokenizer.js';
import { PROPERTIES } from './vocabulary.js';

const CONDITIONALS: ReadonlySet<string> = new Set(['if', 'ifdef', 'ifndef', 'else', 'elif', 'endif', 'undef']);

/** `<A\B.mqh>`, if the directive is an include. @throws SourceRefused */
export function parseDirective(parser: FileParser): string | undefined {
  const token = parser.cursor.next();
  const [, word, rest] = /^#\s*(\w*)\s*(.*?)\s*$/.exec(token.text.replace(/\s*\/\/[^"]*$/, ''))!;
  if (word === 'include') return includedPath(token, rest!);
  if (word === 'property') parseProperty(parser, token, rest!);
  else if (word === 'define') parseDefine(parser, token, rest!);
  else if (word === 'import' || word === 'resource')
    refuse(token, word, `#${word} is not in the subset: no DLL, no file`);
  else if (CONDITIONALS.has(word!)) refuse(token, 'conditional', 'every file is taken once and whole');
  else refuse(token, 'directive', `#${word} is not in the subset`);
  return undefined;
}

function includedPath(token: Token, rest: string): string {
  const [, path] = /^<([\w\\/.]+\.mqh)>$/.exec(rest) ?? [];
  if (path === undefined || path.includes('..')) {
    refuse(token, 'include-path', 'includes are written #include <Folder\\File.mqh>');
  }
  return path.replaceAll('\\', '/');
}

function parseProperty({ symbols }: FileParser, token: Token, rest: string): void {
  token.output = '';
  const [, name, value] = /^(\w+)\s*(.*)$/.exec(rest) ?? [];
  const wanted = PROPERTIES.get(name ?? '') ?? PROPERTIES.get((name ?? '').replace(/\d+$/, ''));
  const fits = {
    text: /^"[^"\\]*"$/,
    number: /^\d+$/,
    word: /^\w+$/,
    nothing: /^$/,
  };
  if (name === undefined || wanted === undefined || !fits[wanted].test(value ?? '')) {
    refuse(token, 'property', `#property ${rest} is not in the subset`);
  }
  symbols.properties.set(name, value ?? '');
}

function parseDefine(parser: FileParser, token: Token, rest: string): void {
  const [, name, after] = /^(\w+)(.*)$/.exec(rest) ?? [];
  if (name === undefined) refuse(token, 'define', '#define needs a name');
  if (after!.startsWith('(')) refuse(token, 'function-macro', 'a macro is a constant: write a function');
  if (after!.trim() === '') refuse(token, 'conditional', `${name} stands for nothing: every file is taken once anyway`);
  const tokens = tokenize(token.file, after!, token.line);
  const body = new FileParser(tokens, parser.symbols);
  parseExpression(body);
  if (body.cursor.peek().kind !== 'end') refuse(token, 'define', `${name} is not one expression`);
  parser.symbols.declare('name', { ...token, kind: 'name', text: name });
  token.output = `#define ${name}${body.render()}`;
}

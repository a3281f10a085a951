import { parseExpression } from './expressions.js';
import type { FileParser } from './file-parser.js';
import { parseFunctionRest } from './functions.js';
import type { DeclaredType } from './program-symbols.js';
import { refuse } from './refusal.js';
import type { Token } from './tokenizer.js';
import { parseTypeName, parseVariables } from './variables.js';

/** `enum Name { A = 1, B = 2 };` */
export function parseEnum(parser: FileParser): void {
  const { cursor, symbols } = parser;
  cursor.expect('enum');
  if (cursor.is('{')) refuse(cursor.peek(), 'anonymous-enum', 'an enumeration has a name');
  const name = cursor.expectName();
  symbols.declareType(name, { kind: 'enum', isPlain: true });
  name.output += ' : int';
  cursor.expect('{');
  const values: string[] = [];
  do {
    const value = cursor.expectName();
    symbols.declare('name', value);
    values.push(value.text);
    if (!cursor.is('=')) refuse(value, 'enum-value', `${value.text} needs its number: ${value.text} = ...`);
    cursor.next();
    parseExpression(parser);
  } while (cursor.take(',') !== undefined);
  cursor.expect('}');
  cursor.expect(';');
  symbols.enums.push({ name: name.text, values });
}

/** A struct, class or union with its members. */
export function parseRecord(parser: FileParser): void {
  const { cursor, symbols } = parser;
  const kind = cursor.next().text as 'struct' | 'class' | 'union';
  const name = cursor.expectName();
  if (cursor.is(':')) refuse(cursor.peek(), 'inheritance', 'types have no base');
  if (cursor.is(';')) refuse(cursor.peek(), 'forward-type', 'define a type before it is used');
  symbols.declareType(name, { kind, isPlain: false });
  cursor.expect('{');
  let isPlain = kind !== 'class';
  while (!cursor.is('}')) {
    if (!parseMember(parser, name, kind)) isPlain = false;
  }
  cursor.next();
  cursor.expect(';');
  const declared: DeclaredType = { kind, isPlain };
  symbols.types.set(name.text, declared);
  if (isPlain) name.output = `__attribute__((packed)) ${name.output}`;
  else if (kind === 'union') refuse(name, 'union-member', 'a union holds plain bytes only');
}

/** One member; says whether it leaves the bytes of an object plain. */
function parseMember(parser: FileParser, owner: Token, kind: 'struct' | 'class' | 'union'): boolean {
  const { cursor, symbols } = parser;
  if (parseAccess(parser)) return true;
  refuseNested(parser);
  if (cursor.take('~') !== undefined) {
    cursor.expect(owner.text);
    parseFunctionRest(parser, `~${owner.text}`, owner.text);
    return false;
  }
  if (cursor.is(owner.text) && cursor.is('(', 1)) {
    cursor.next();
    parseFunctionRest(parser, owner.text, owner.text);
    return true;
  }
  const isMethod = cursor.is('(', 2);
  if (!isMethod) return parseVariables(parser, kind === 'class' ? 'class' : 'struct');
  parseTypeName(parser);
  const name = cursor.expectName();
  symbols.declare('method', name);
  parseFunctionRest(parser, name.text, owner.text);
  return true;
}

function parseAccess({ cursor }: FileParser): boolean {
  for (const word of ['public', 'private', 'protected']) {
    if (cursor.take(word) === undefined) continue;
    cursor.expect(':');
    return true;
  }
  return false;
}

function refuseNested({ cursor }: FileParser): void {
  const token = cursor.peek();
  if (['struct', 'class', 'union', 'enum'].includes(token.text)) refuse(token, 'nested-type', 'types are not nested');
  if (token.kind === 'directive') refuse(token, 'directive', 'directives stand outside of types');
  if (token.text === 'static') refuse(token, 'static', 'members are not static');
}

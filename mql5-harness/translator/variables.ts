import { parseArguments, parseExpression } from './expressions.js';
import type { FileParser } from './file-parser.js';
import { refuse } from './refusal.js';
import type { Token } from './tokenizer.js';
import { REFUSED_WORDS } from './vocabulary.js';

/** Place of a declaration; it decides the layout of a fixed array and what may initialize it. */
export type VariablePlace = 'global' | 'local' | 'for' | 'struct' | 'class';

/** Whether a declaration of variables begins here. */
export function isDeclaration({ cursor, symbols }: FileParser): boolean {
  if (cursor.is('const') || cursor.is('static')) return true;
  const isTypeName = symbols.isType(cursor.peek());
  if (isTypeName) return !cursor.is('(', 1);
  return cursor.isName() && cursor.isName(1) && !['return', 'else', 'case'].includes(cursor.peek().text);
}

/** The next token as a type. @throws SourceRefused when it is none so far */
export function parseTypeName({ cursor, symbols }: FileParser): Token {
  const token = cursor.expectName();
  const rule = REFUSED_WORDS.get(token.text);
  if (rule !== undefined) refuse(token, rule, `'${token.text}' is not in the subset`);
  if (!symbols.isType(token)) refuse(token, 'unknown-type', `'${token.text}' is not a type that is known here`);
  if (cursor.is('*')) refuse(cursor.peek(), 'object-pointer', 'objects are held by value');
  return token;
}

/** `[const] [static] T a, b[], c[4] = {...};` with its semicolon. Says whether all of it is plain bytes. */
export function parseVariables(parser: FileParser, place: VariablePlace): boolean {
  const { cursor, symbols } = parser;
  const first = cursor.peek();
  while (cursor.is('const') || cursor.is('static')) refuseQualifier(cursor.next(), place);
  const type = parseTypeName(parser);
  if (type.text === 'void') refuse(type, 'syntax', 'nothing is void');
  const prefix = parser.textBetween(first, type);
  const typeText = type.output;
  let isPlain = symbols.types.get(type.text)!.isPlain;
  let head: Token = type;
  for (;;) {
    if (cursor.is('&')) refuse(cursor.peek(), 'local-reference', 'only parameters are references');
    const name = cursor.expectName();
    symbols.declare(place === 'struct' || place === 'class' ? 'member' : 'name', name);
    const array = parseArrayPart(parser, typeText, place);
    if (array !== undefined) head.output = head === type ? array.type : `; ${prefix} ${array.type}`;
    if (array?.grows === true) isPlain = false;
    parseInitialiser(parser, { place, array, head });
    if (!cursor.is(',')) break;
    if (place === 'for') refuse(cursor.peek(), 'comma', 'a for loop declares one variable');
    head = cursor.next();
    head.output = `; ${prefix} ${typeText}`;
  }
  cursor.expect(';');
  return isPlain;
}

function refuseQualifier(token: Token, place: VariablePlace): void {
  if (token.text === 'static' && place !== 'local') {
    refuse(token, 'static', 'only variables of a function are static');
  }
  if (token.text === 'const' && (place === 'struct' || place === 'class')) {
    refuse(token, 'const-member', 'members are not const: what an object never changes is a global const');
  }
}

interface ArrayPart {
  /** C++ type of the array; the initializer of an array without size gives it one. */
  readonly type: string;
  readonly element: string;
  readonly grows: boolean;
}

function parseArrayPart(parser: FileParser, element: string, place: VariablePlace): ArrayPart | undefined {
  const { cursor } = parser;
  if (!cursor.is('[')) return undefined;
  if (place === 'for') refuse(cursor.peek(), 'syntax', 'a for loop declares no array');
  cursor.next().output = '';
  let size = '';
  if (!cursor.is(']')) {
    const first = cursor.peek();
    parseExpression(parser);
    size = parser.takeOutput(first, cursor.peek());
  }
  cursor.expect(']').output = '';
  if (cursor.is('[')) refuse(cursor.peek(), 'multi-dimensional', 'arrays have one dimension');
  if (size === '') return { type: `Array<${element}>`, element, grows: true };
  return { type: `${place === 'struct' ? 'PArray' : 'SArray'}<${element}, ${size}>`, element, grows: false };
}

interface InitialiserOptions {
  readonly place: VariablePlace;
  readonly array: ArrayPart | undefined;
  /** The token that carries the type. */
  readonly head: Token;
}

function parseInitialiser(parser: FileParser, { place, array, head }: InitialiserOptions): void {
  const { cursor } = parser;
  if (cursor.is('{')) refuse(cursor.peek(), 'brace-initialiser', "values in braces need a '=' before them");
  const isMember = place === 'struct' || place === 'class';
  if (isMember && (cursor.is('=') || cursor.is('('))) {
    refuse(cursor.peek(), 'member-initialiser', 'members get their values in the constructor');
  }
  if (cursor.is('(')) {
    const opening = cursor.peek();
    if (parseArguments(parser).length === 0) refuse(opening, 'syntax', 'an object without arguments has no brackets');
    return;
  }
  if (cursor.take('=') === undefined) return;
  if (!cursor.is('{')) {
    if (array !== undefined) refuse(cursor.peek(), 'array-assignment', 'arrays are copied with ArrayCopy');
    parseExpression(parser);
    return;
  }
  const count = parseBraces(parser);
  if (array?.grows === true) {
    head.output = head.output.replace(array.type, `SArray<${array.element}, ${count}>`);
  }
}

function parseBraces(parser: FileParser): number {
  const { cursor } = parser;
  const opening = cursor.expect('{');
  if (cursor.is('}')) refuse(opening, 'brace-initialiser', 'no values in the braces');
  let count = 0;
  do {
    if (cursor.is('{')) refuse(cursor.peek(), 'brace-initialiser', 'braces are one deep');
    parseExpression(parser);
    count++;
  } while (cursor.take(',') !== undefined);
  cursor.expect('}');
  return count;
}

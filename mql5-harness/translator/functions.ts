import { parseExpression } from './expressions.js';
import type { FileParser } from './file-parser.js';
import { refuse } from './refusal.js';
import { parseBlock } from './statements.js';
import { parseTypeName } from './variables.js';

/** The parameters of a function. */
interface Parameters {
  /** As MQL5 has them, without defaults and needless blanks. */
  readonly written: string;
  /** As C++ has them, without names and defaults. */
  readonly types: string;
}

/** `(parameters) [const] { body }`; the name of the function comes before it. */
export function parseFunctionRest(parser: FileParser, name: string, owner?: string): Parameters {
  const parameters = parseParameters(parser);
  const { cursor } = parser;
  if (owner !== undefined) cursor.take('const');
  if (cursor.is(':')) refuse(cursor.peek(), 'member-initialiser', 'members get their values in the body');
  if (cursor.is(';')) refuse(cursor.peek(), 'prototype', 'functions are found in any order: write the body here');
  parser.functionName = owner === undefined ? name : `${owner}::${name}`;
  parseBlock(parser);
  parser.functionName = '';
  return parameters;
}

function parseParameters(parser: FileParser): Parameters {
  const { cursor } = parser;
  cursor.expect('(');
  const parameters: Parameters[] = [];
  if (cursor.is('void') && cursor.is(')', 1)) cursor.next();
  if (!cursor.is(')')) {
    do parameters.push(parseParameter(parser));
    while (cursor.take(',') !== undefined);
  }
  cursor.expect(')');
  return {
    written: parameters.map(({ written }) => written).join(','),
    types: parameters.map(({ types }) => types).join(', '),
  };
}

function parseParameter(parser: FileParser): Parameters {
  const { cursor, symbols } = parser;
  const constant = cursor.take('const') === undefined ? '' : 'const ';
  const type = parseTypeName(parser);
  const reference = cursor.take('&') === undefined ? '' : '&';
  const name = cursor.expectName();
  symbols.declare('name', name);
  const isArray = cursor.is('[');
  const { kind } = symbols.types.get(type.text)!;
  if (type.text === 'void') refuse(type, 'syntax', 'nothing is void');
  if (isArray) {
    if (reference === '') refuse(name, 'array-by-value', `an array is handed over by reference: &${name.text}[]`);
    cursor.next().output = '';
    if (!cursor.is(']')) refuse(cursor.peek(), 'array-parameter', 'the array of a parameter has no size');
    cursor.next().output = '';
    if (cursor.is('[')) refuse(cursor.peek(), 'multi-dimensional', 'arrays have one dimension');
    type.output = `Array<${type.output}>`;
  } else if (reference === '' && kind !== 'simple' && kind !== 'enum') {
    refuse(name, 'object-by-value', `an object is handed over by reference: &${name.text}`);
  }
  if (cursor.take('=') !== undefined) {
    if (reference !== '') refuse(name, 'default-reference', 'a reference has no default');
    parseExpression(parser);
  }
  return {
    written: `${constant}${type.text}${reference === '' ? ' ' : '&'}${name.text}${isArray ? '[]' : ''}`,
    types: `${constant}${type.output}${reference}`,
  };
}

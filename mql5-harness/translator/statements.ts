import { parseEffect, parseExpression } from './expressions.js';
import type { FileParser } from './file-parser.js';
import { refuse } from './refusal.js';
import { isDeclaration, parseVariables } from './variables.js';

const PARSERS: Readonly<Record<string, (parser: FileParser) => void>> = {
  if: parseIf,
  for: parseFor,
  while: parseWhile,
  do: parseDo,
  switch: parseSwitch,
  return: parseReturn,
  break: parseWord,
  continue: parseWord,
};

/** `{ ... }` */
export function parseBlock(parser: FileParser): void {
  const { cursor } = parser;
  cursor.expect('{');
  while (!cursor.is('}')) parseStatement(parser);
  cursor.next();
}

function parseStatement(parser: FileParser): void {
  const { cursor } = parser;
  const token = cursor.peek();
  if (cursor.is('{')) return parseBlock(parser);
  if (cursor.is(';')) refuse(token, 'empty-statement', 'a statement does something');
  if (token.kind === 'directive') refuse(token, 'directive', 'directives stand outside of functions');
  const parse = token.kind === 'name' && Object.hasOwn(PARSERS, token.text) ? PARSERS[token.text] : undefined;
  if (parse !== undefined) return parse(parser);
  if (isDeclaration(parser)) {
    parseVariables(parser, 'local');
    return;
  }
  parseEffect(parser);
  cursor.expect(';');
}

function parseCondition(parser: FileParser): void {
  parser.cursor.expect('(');
  parseExpression(parser);
  parser.cursor.expect(')');
}

/** Body of an `if` or a loop; a lone variable would vanish immediately. */
function parseBody(parser: FileParser): void {
  if (isDeclaration(parser)) refuse(parser.cursor.peek(), 'declaration-as-body', 'declare variables inside braces');
  parseStatement(parser);
}

function parseIf(parser: FileParser): void {
  parser.cursor.expect('if');
  parseCondition(parser);
  parseBody(parser);
  if (parser.cursor.take('else') !== undefined) parseBody(parser);
}

function parseWhile(parser: FileParser): void {
  parser.cursor.expect('while');
  parseCondition(parser);
  parseBody(parser);
}

function parseDo(parser: FileParser): void {
  parser.cursor.expect('do');
  parseBlock(parser);
  parser.cursor.expect('while');
  parseCondition(parser);
  parser.cursor.expect(';');
}

function parseFor(parser: FileParser): void {
  const { cursor } = parser;
  cursor.expect('for');
  cursor.expect('(');
  if (isDeclaration(parser)) parseVariables(parser, 'for');
  else {
    if (!cursor.is(';')) parseEffect(parser);
    cursor.expect(';');
  }
  if (!cursor.is(';')) parseExpression(parser);
  cursor.expect(';');
  if (!cursor.is(')')) {
    do parseEffect(parser);
    while (cursor.take(',') !== undefined);
  }
  cursor.expect(')');
  parseBody(parser);
}

function parseSwitch(parser: FileParser): void {
  const { cursor } = parser;
  cursor.expect('switch');
  parseCondition(parser);
  cursor.expect('{');
  if (!cursor.is('case') && !cursor.is('default')) cursor.refuseNext("'case' or 'default'");
  while (!cursor.is('}')) {
    if (cursor.take('case') !== undefined) {
      parseExpression(parser);
      cursor.expect(':');
    } else if (cursor.take('default') !== undefined) cursor.expect(':');
    else {
      if (isDeclaration(parser)) refuse(cursor.peek(), 'declaration-in-case', 'declare variables inside braces');
      parseStatement(parser);
    }
  }
  cursor.next();
}

function parseReturn(parser: FileParser): void {
  parser.cursor.expect('return');
  if (!parser.cursor.is(';')) parseExpression(parser);
  parser.cursor.expect(';');
}

function parseWord(parser: FileParser): void {
  parser.cursor.next();
  parser.cursor.expect(';');
}

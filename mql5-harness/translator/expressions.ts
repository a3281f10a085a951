import { refuse } from './refusal.js';
import type { FileParser } from './file-parser.js';
import type { Token } from './tokenizer.js';
import { ASSIGNMENTS, BINARY_LEVELS, CPP_ONLY_WORDS, KEYWORDS, REFUSED_WORDS } from './vocabulary.js';

/** What an expression does besides having a value. */
export type Effect = 'call' | 'step' | 'none';

/** Words that are values. */
const VALUE_WORDS: ReadonlySet<string> = new Set(['true', 'false', 'NULL', '__FUNCTION__']);
/** What has to follow the given number of arguments, because the defaults are wrong for a wire. */
const REQUIRED_TAILS: ReadonlyMap<string, { readonly from: number; readonly tail: readonly string[] }> = new Map([
  ['StringToCharArray', { from: 2, tail: ['0', 'WHOLE_ARRAY', 'CP_UTF8'] }],
  ['CharArrayToString', { from: 3, tail: ['CP_UTF8'] }],
]);

/** An expression without assignment, as conditions, arguments and indexes have it. */
export function parseExpression(parser: FileParser): Effect {
  const effect = parseBinary(parser, 0);
  if (parser.cursor.take('?') === undefined) return effect;
  parseExpression(parser);
  parser.cursor.expect(':');
  parseExpression(parser);
  return 'none';
}

/** What may stand as a statement: an assignment, a call or a step. */
export function parseEffect(parser: FileParser): void {
  const { cursor } = parser;
  const start = cursor.peek();
  const effect = parseExpression(parser);
  if (cursor.peek().kind === 'mark' && ASSIGNMENTS.has(cursor.peek().text)) {
    if (effect !== 'none') refuse(start, 'assignment-target', 'this cannot be assigned to');
    cursor.next();
    parseExpression(parser);
  } else if (effect === 'none') {
    refuse(start, 'no-effect', 'a statement assigns, calls or counts');
  }
}

function parseBinary(parser: FileParser, level: number): Effect {
  const operators = BINARY_LEVELS[level];
  if (operators === undefined) return parseUnary(parser);
  let effect = parseBinary(parser, level + 1);
  while (parser.cursor.peek().kind === 'mark' && operators.includes(parser.cursor.peek().text)) {
    parser.cursor.next();
    parseBinary(parser, level + 1);
    effect = 'none';
  }
  return effect;
}

function parseUnary(parser: FileParser): Effect {
  const { cursor } = parser;
  if (cursor.is('&')) refuse(cursor.peek(), 'object-pointer', 'the subset has no addresses');
  if (cursor.is('*')) refuse(cursor.peek(), 'object-pointer', 'the subset has no pointers');
  for (const mark of ['-', '+', '!', '~']) {
    if (cursor.take(mark) === undefined) continue;
    parseUnary(parser);
    return 'none';
  }
  if (cursor.take('++') !== undefined || cursor.take('--') !== undefined) {
    parseUnary(parser);
    return 'step';
  }
  if (cursor.is('(') && parser.symbols.isType(cursor.peek(1)) && cursor.is(')', 2)) {
    cursor.next();
    refuseCast(parser, cursor.next());
    cursor.next();
    parseUnary(parser);
    return 'none';
  }
  return parsePostfix(parser);
}

function refuseCast(parser: FileParser, type: Token): void {
  const kind = parser.symbols.types.get(type.text)?.kind;
  if (type.text === 'string')
    refuse(type, 'cast-to-text', 'make texts with IntegerToString, DoubleToString, StringFormat');
  if (type.text === 'void' || (kind !== 'simple' && kind !== 'enum')) {
    refuse(type, 'object-cast', `nothing is cast to ${type.text}`);
  }
}

function parsePostfix(parser: FileParser): Effect {
  const { cursor } = parser;
  let effect = parsePrimary(parser);
  for (;;) {
    if (cursor.is('->') || cursor.is('::')) {
      const rule = cursor.is('::') ? 'scope' : 'object-pointer';
      refuse(cursor.peek(), rule, `'${cursor.peek().text}' is not in the subset`);
    }
    if (cursor.take('.') !== undefined) effect = parseMember(parser);
    else if (cursor.is('[')) {
      parseIndex(parser);
      effect = 'none';
    } else if (cursor.take('++') !== undefined || cursor.take('--') !== undefined) effect = 'step';
    else return effect;
  }
}

function parseIndex(parser: FileParser): void {
  const { cursor } = parser;
  cursor.expect('[');
  parseExpression(parser);
  cursor.expect(']');
  if (cursor.is('[')) refuse(cursor.peek(), 'multi-dimensional', 'arrays have one dimension');
}

function parseMember(parser: FileParser): Effect {
  const name = parser.cursor.expectName();
  const isCall = parser.cursor.is('(');
  parser.symbols.use(isCall ? 'method' : 'member', name);
  if (!isCall) return 'none';
  parseArguments(parser);
  return 'call';
}

function parsePrimary(parser: FileParser): Effect {
  const { cursor } = parser;
  const token = cursor.peek();
  if (token.kind === 'number' || token.kind === 'letter') cursor.next();
  else if (token.kind === 'text') {
    cursor.next();
    if (cursor.peek().kind === 'text') refuse(cursor.peek(), 'adjacent-texts', "join texts with '+'");
  } else if (cursor.take('(') !== undefined) {
    parseExpression(parser);
    cursor.expect(')');
  } else if (token.kind === 'name') return parseNamed(parser);
  else cursor.refuseNext('an expression');
  return 'none';
}

function parseNamed(parser: FileParser): Effect {
  const { cursor, symbols } = parser;
  const token = cursor.next();
  if (VALUE_WORDS.has(token.text)) {
    if (token.text === 'NULL') token.output = 'mql::null';
    if (token.text === '__FUNCTION__') token.output = `"${parser.functionName}"_s`;
    return 'none';
  }
  if (token.text === 'this') return parseThis(parser, token);
  if (token.text === 'sizeof') return parseSizeof(parser);
  const rule = REFUSED_WORDS.get(token.text);
  if (rule !== undefined) refuse(token, rule, `'${token.text}' is not in the subset`);
  if (KEYWORDS.has(token.text)) refuse(token, 'syntax', `'${token.text}' is no value`);
  if (CPP_ONLY_WORDS.has(token.text)) refuse(token, 'reserved-name', `'${token.text}' is a word of C++, not of MQL5`);
  if (symbols.isType(token)) {
    if (!cursor.is('(')) cursor.refuseNext("'(' of a cast");
    refuseCast(parser, token);
    cursor.next();
    parseExpression(parser);
    cursor.expect(')');
    return 'none';
  }
  if (!cursor.is('(')) {
    symbols.use('name', token);
    return 'none';
  }
  symbols.use('function', token);
  checkTail(token, parseArguments(parser));
  return 'call';
}

function parseThis(parser: FileParser, token: Token): Effect {
  if (!parser.cursor.is('.')) refuse(token, 'object-pointer', "'this' is only for members: this.name");
  parser.cursor.next().output = '->';
  return parseMember(parser);
}

function parseSizeof(parser: FileParser): Effect {
  const { cursor, symbols } = parser;
  cursor.expect('(');
  const type = cursor.next();
  if (!symbols.isType(type) || !symbols.types.get(type.text)!.isPlain) {
    refuse(type, 'sizeof', 'sizeof takes a type whose bytes are plain');
  }
  cursor.expect(')');
  return 'none';
}

/** The arguments of a call as they are written, one text each. */
export function parseArguments(parser: FileParser): string[] {
  const { cursor } = parser;
  const written: string[] = [];
  cursor.expect('(');
  if (cursor.take(')') !== undefined) return written;
  do {
    const first = cursor.peek();
    parseExpression(parser);
    written.push(parser.textBetween(first, cursor.peek()));
  } while (cursor.take(',') !== undefined);
  cursor.expect(')');
  return written;
}

function checkTail(name: Token, written: readonly string[]): void {
  const required = REQUIRED_TAILS.get(name.text);
  if (required === undefined) return;
  const tail = written.slice(required.from).join(', ');
  const wanted = required.tail.join(', ');
  if (tail !== wanted) refuse(name, 'text-encoding', `${name.text} ends with (..., ${wanted}): its defaults are ANSI`);
}

import { parseExpression } from './expressions.js';
import type { FileParser } from './file-parser.js';
import { refuse } from './refusal.js';
import { parseTypeName } from './variables.js';

/** `input T name = value;` or `input group "title"`, which only the dialog of the terminal shows. */
export function parseInput(parser: FileParser): void {
  const { cursor, symbols } = parser;
  const word = cursor.next();
  if (cursor.is('group') && cursor.peek(1).kind === 'text') {
    for (const token of [word, cursor.next(), cursor.next()]) token.output = '';
    return;
  }
  word.output = 'static const';
  const type = parseTypeName(parser);
  const kind = symbols.types.get(type.text)?.kind;
  if (type.text === 'void' || (kind !== 'simple' && kind !== 'enum')) {
    refuse(type, 'input-type', `an input cannot be a ${type.text}`);
  }
  const name = cursor.expectName();
  symbols.declare('name', name);
  if (!cursor.is('=')) refuse(name, 'input-default', `the input ${name.text} needs a value`);
  cursor.next().output = `= mql::input<${type.output}>("${name.text}",`;
  parseExpression(parser);
  cursor.expect(';').output = ');';
  symbols.inputs.push({ name: name.text, type: type.text });
}

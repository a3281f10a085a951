import type { ProgramSymbols } from './program-symbols.js';
import { TokenCursor } from './token-cursor.js';
import type { Token } from './tokenizer.js';

/** One file that is being parsed: where the parser is, and what the program has so far. */
export class FileParser {
  readonly cursor: TokenCursor;
  /** The function whose body is being parsed, with its class. */
  functionName = '';

  constructor(
    tokens: readonly Token[],
    readonly symbols: ProgramSymbols,
  ) {
    this.cursor = new TokenCursor(tokens);
  }

  /** The C++ of the file, on the same lines. */
  render(): string {
    return this.cursor.tokens.map(({ gap, output }) => gap + output).join('');
  }

  /** What is written from `first` to before `end`, on one line. */
  textBetween(first: Token, end: Token): string {
    return this.between(first, end)
      .map(({ gap, text }, index) => (index === 0 || gap === '' ? '' : ' ') + text)
      .join('');
  }

  /** The C++ from `first` to before `end`, taken from there. */
  takeOutput(first: Token, end: Token): string {
    const taken = this.between(first, end);
    const output = taken.map((token) => token.output).join(' ');
    for (const token of taken) token.output = '';
    return output;
  }

  private between(first: Token, end: Token): readonly Token[] {
    const { tokens } = this.cursor;
    return tokens.slice(tokens.indexOf(first), tokens.indexOf(end));
  }
}

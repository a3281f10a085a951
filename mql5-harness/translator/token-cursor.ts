import { refuse } from './refusal.js';
import type { Token } from './tokenizer.js';
import { ASSIGNMENTS } from './vocabulary.js';

/** Walks the tokens of one file. */
export class TokenCursor {
  private position = 0;

  constructor(readonly tokens: readonly Token[]) {}

  /** The token `ahead` of the next one; behind the end, the end. */
  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }

  /** Whether the token `ahead` is this mark or word; a text never is. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'mark' || token.kind === 'name');
  }

  isName(ahead = 0): boolean {
    return this.peek(ahead).kind === 'name';
  }

  /** The next token if it is this one. */
  take(text: string): Token | undefined {
    return this.is(text) ? this.next() : undefined;
  }

  /** @throws SourceRefused when another one comes */
  expect(text: string): Token {
    return this.take(text) ?? this.refuseNext(`'${text}'`);
  }

  /** @throws SourceRefused when no name comes */
  expectName(): Token {
    return this.isName() ? this.next() : this.refuseNext('a name');
  }

  /** Says what is in the way. */
  refuseNext(wanted: string): never {
    const token = this.peek();
    if (token.kind === 'mark' && ASSIGNMENTS.has(token.text)) {
      refuse(token, 'assignment-in-expression', 'an assignment is a separate statement');
    }
    if (token.kind === 'mark' && token.text === ',')
      refuse(token, 'comma', `a comma has no place here: ${wanted} comes`);
    const found = token.kind === 'end' ? 'the end of the file' : `'${token.text}'`;
    refuse(token, 'syntax', `${found} where the subset has ${wanted}`);
  }
}

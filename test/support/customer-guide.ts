import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fenced blocks of one language in docs/customers.md, as a customer would copy them. */
export function guideBlocks(language: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/customers.md'), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , code]) => code!);
}

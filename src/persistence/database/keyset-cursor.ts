import { InvalidCursorError } from './persistence.errors.js';

const CURSOR = /^[A-Za-z0-9_-]{1,800}$/;

/** An opaque text that stands for the place behind a row with these values. */
export function encodeKeyset(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * The values of a cursor, each of which must match its pattern.
 * @throws InvalidCursorError when {@link encodeKeyset} did not make it, or made it for another list
 */
export function decodeKeyset(cursor: string, patterns: readonly RegExp[]): readonly string[] {
  const values = CURSOR.test(cursor) ? textsOf(Buffer.from(cursor, 'base64url').toString()) : undefined;
  const fits =
    values !== undefined &&
    values.length === patterns.length &&
    values.every((value, index) => patterns[index]?.test(value) === true);
  // Every other spelling of the same values is refused, too.
  if (!fits || encodeKeyset(values) !== cursor) throw new InvalidCursorError();
  return values;
}

function textsOf(json: string): string[] | undefined {
  try {
    const values: unknown = JSON.parse(json);
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : undefined;
  } catch {
    return undefined;
  }
}

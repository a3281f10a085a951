import { InvalidCursorError } from '../database/persistence.errors.js';

/** The last item of a page, as the place from which the next one goes on. */
export interface PagePosition {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly id: string;
}

const CURSOR = /^[A-Za-z0-9_-]{1,400}$/;
const POSITION = /^(\d{1,15}):(.{1,200})$/;

/** An opaque text that stands for a position. */
export function encodeCursor(position: PagePosition): string {
  return Buffer.from(`${position.atMs}:${position.id}`).toString('base64url');
}

/** @throws InvalidCursorError when the text was not made by {@link encodeCursor} */
export function decodeCursor(cursor: string): PagePosition {
  const match = CURSOR.test(cursor) ? POSITION.exec(Buffer.from(cursor, 'base64url').toString()) : null;
  const [, atMs = '', id = ''] = match ?? [];
  const position = { atMs: Number(atMs), id };
  // Comparing with what we would have written refuses every other spelling, and bytes that are not text.
  if (id === '' || id.includes('\0') || encodeCursor(position) !== cursor) throw new InvalidCursorError();
  return position;
}

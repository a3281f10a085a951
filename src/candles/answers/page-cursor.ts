import type { SymbolName, Timeframe } from '../../market/index.js';

/** Where a walk through bars goes on. Times are server seconds. */
export interface PageCursor {
  /** Forward: bars that open at or after `position`; backward: bars that open before it. */
  readonly direction: 'forward' | 'backward';
  readonly position: number;
  /** End of the walk, exclusive; only forward. */
  readonly to: number | undefined;
}

const VERSION = '1';
const NUMBER = /^[0-9]{1,10}$/;

/** Opaque text for the caller; only good for the same series. */
export function encodeCursor(symbol: SymbolName, timeframe: Timeframe, cursor: PageCursor): string {
  const { direction, position, to } = cursor;
  const parts = [VERSION, symbol, timeframe, direction === 'forward' ? 'f' : 'b', position, to ?? ''];
  return Buffer.from(parts.join('|')).toString('base64url');
}

/** What a caller gave back; undefined when it is not a cursor of this series. */
export function decodeCursor(symbol: SymbolName, timeframe: Timeframe, text: string): PageCursor | undefined {
  const parts = Buffer.from(text, 'base64url').toString('latin1').split('|');
  const [, , , direction, position = '', to = ''] = parts;
  if (!NUMBER.test(position) || (to !== '' && !NUMBER.test(to))) return undefined;
  const cursor: PageCursor = {
    direction: direction === 'f' ? 'forward' : 'backward',
    position: Number(position),
    to: to === '' ? undefined : Number(to),
  };
  return encodeCursor(symbol, timeframe, cursor) === text ? cursor : undefined;
}

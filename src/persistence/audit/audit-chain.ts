import { hash } from 'node:crypto';

/** The hash before the first row. */
export const GENESIS = Buffer.alloc(32);

/** The fields that a row's hash covers, in the texts that Postgres writes. */
export interface ChainedRow {
  readonly id: string;
  readonly entry_id: string;
  readonly at: string;
  readonly recorded_at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
  readonly request_id: string | null;
}

const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`;

/** Select list of a {@link ChainedRow}. */
export const CHAINED_COLUMNS = `id, entry_id, ${instant('at')}, ${instant('recorded_at')}, actor, action, target, detail,
  request_id`;

/**
 * The hash of a row at its place in the chain: SHA-256 over the hash of the row before (32 bytes) and the row's fields,
 * each written as its length in bytes, a colon, the bytes in UTF-8 and a comma; a missing request id is `-,`. The lengths
 * make it impossible to move bytes from one field into the next.
 */
export function linkHash(previous: Buffer, seq: number, row: ChainedRow): Buffer {
  const { id, entry_id, at, recorded_at, actor, action, target, detail, request_id } = row;
  const text = [String(seq), id, entry_id, at, recorded_at, actor, action, target, detail].map(field).join('');
  const bytes = Buffer.concat([previous, Buffer.from(text + (request_id === null ? '-,' : field(request_id)))]);
  return hash('sha256', bytes, 'buffer');
}

function field(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

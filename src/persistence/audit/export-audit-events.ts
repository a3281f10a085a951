import type { Database } from '../database.js';
import { CHAINED_COLUMNS, type ChainedRow } from './audit-chain.js';

const BATCH_ROWS = 5000;
const SEALED_ROWS = `SELECT seq::text, encode(hash, 'hex') AS hash, ${CHAINED_COLUMNS} FROM audit_event
  WHERE seq > $1 ORDER BY seq LIMIT ${BATCH_ROWS}`;

/** Sealed events from a place of the chain on, in its order, with everything that their hashes cover. */
export async function* exportAuditEvents(
  database: Database,
  afterSeq: number,
): AsyncGenerator<ChainedRow & { readonly seq: string; readonly hash: string }> {
  for (let after = afterSeq; ;) {
    const rows = await database.read((manager) =>
      manager.query<(ChainedRow & { seq: string; hash: string })[]>(SEALED_ROWS, [after]),
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.seq);
  }
}

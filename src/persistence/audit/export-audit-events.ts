import type { Database } from '../database/database.js';
import { CHAINED_COLUMNS, type ChainedRow } from './audit-chain.js';

const BATCH_ROWS = 5000;
const SEALED_ROWS = `SELECT seq::text, encode(hash, 'hex') AS hash, ${CHAINED_COLUMNS} FROM audit_event
  WHERE seq > $1 AND seq <= $2 ORDER BY seq, id`;

/** A sealed event with all fields that its hash covers. */
export interface ExportedAuditEvent extends ChainedRow {
  readonly seq: string;
  /** Lower-case hexadecimal. */
  readonly hash: string;
}

/** Yields the sealed events behind `afterSeq` in chain order, up to the head at the time of the call. */
export async function* exportAuditEvents(database: Database, afterSeq: number): AsyncGenerator<ExportedAuditEvent> {
  const [[head] = []] = await database.rows('SELECT seq FROM audit_chain', []);
  for (let after = afterSeq; after < Number(head); after += BATCH_ROWS) {
    const range = [after, Math.min(after + BATCH_ROWS, Number(head))];
    yield* await database.read((manager) => manager.query<ExportedAuditEvent[]>(SEALED_ROWS, range));
  }
}

import type { Database } from '../database/database.js';

/** An unbroken run of the chain that was dropped with its partition; its hashes let verification continue behind it. */
export interface AuditAnchor {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the row before the first. */
  readonly previousHash: Buffer;
  /** Hash of the last row. */
  readonly lastHash: Buffer;
  readonly partition: string;
  readonly droppedAt: Date;
}

/** In the order of the chain. */
export async function readAnchors(database: Pick<Database, 'rows'>): Promise<readonly AuditAnchor[]> {
  const rows = await database.rows(
    `SELECT first_seq, last_seq, previous_hash, last_hash, partition_name, dropped_at FROM audit_anchor ORDER BY first_seq`,
    [],
  );
  return rows.map(([firstSeq, lastSeq, previousHash, lastHash, partition, droppedAt]) => ({
    firstSeq: Number(firstSeq),
    lastSeq: Number(lastSeq),
    previousHash: previousHash as Buffer,
    lastHash: lastHash as Buffer,
    partition: String(partition),
    droppedAt: droppedAt as Date,
  }));
}

import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { CHAINED_COLUMNS, linkHash, type ChainedRow } from './audit-chain.js';
import { AuditChainError } from './audit.errors.js';

/** Arbitrary, but equal in every version of the gateway. */
const SEALING_LOCK = 5_001_003;
/** Rows per transaction: about 20 ms of work. */
const BATCH_ROWS = 2000;

/**
 * The lock ends with the transaction, the only kind that holds behind a pooler. So do the settings: they leave the
 * planner, whose statistics of a table that grows this fast are stale, only the index made for each statement.
 */
const BEGIN_SEALING = `SELECT pg_try_advisory_xact_lock(${SEALING_LOCK}) AS mine, ${[
  'enable_hashjoin',
  'enable_mergejoin',
  'enable_seqscan',
  'enable_bitmapscan',
  'enable_material',
  'enable_sort',
]
  .map((name) => `set_config('${name}', 'off', true)`)
  .join(', ')}`;
const HEAD = 'SELECT seq, hash FROM audit_chain';
const UNSEALED = `SELECT ${CHAINED_COLUMNS} FROM audit_event WHERE seq IS NULL ORDER BY id LIMIT ${BATCH_ROWS}`;
/**
 * Does not bound the time: with a range the planner expects few rows and compares each with every seal. The executor
 * finds the month by itself, and the table's guard refuses a second seal.
 */
const SEAL = `
  UPDATE audit_event AS event SET seq = seal.seq, hash = decode(seal.hash, 'hex')
  FROM unnest($1::timestamptz[], $2::uuid[], $3::int8[], $4::text[]) AS seal(at, entry_id, seq, hash)
  WHERE event.at = seal.at AND event.entry_id = seal.entry_id`;
const MOVE_HEAD = 'UPDATE audit_chain SET seq = $1, hash = $2';
const ANY_UNSEALED = 'SELECT EXISTS (SELECT FROM audit_event WHERE seq IS NULL)';

/** Counts of one sealer. */
export interface SealerStats {
  /** Rows that this process sealed. */
  readonly sealed: number;
  /** Number of the last chained row that this process knows; 0 before the first. */
  readonly head: number;
  /** Hash of that row, lower-case hexadecimal. */
  readonly headHash: string;
  /** Failed attempts, including those while the database was away. */
  readonly failures: number;
}

/**
 * Gives unsealed rows their place in the chain: a gapless number and a hash over the row before. Rows arrive from any
 * number of transactions in any order; only one sealer works at a time, however many replicas run one.
 */
@Injectable()
export class AuditSealer {
  private sealed = 0;
  private head = 0;
  private headHash = '';
  private failures = 0;

  constructor(@Inject(Database) private readonly database: Pick<Database, 'rows' | 'transaction'>) {}

  stats(): SealerStats {
    return Object.freeze({ sealed: this.sealed, head: this.head, headHash: this.headHash, failures: this.failures });
  }

  /**
   * Seals until no row is left, or until another sealer is at work.
   * @returns the number of sealed rows
   * @throws StoreUnavailableError, AuditChainError
   */
  async sealAll(): Promise<number> {
    try {
      let total = 0;
      const [[any] = []] = await this.database.rows(ANY_UNSEALED, []);
      for (let count = any === true ? BATCH_ROWS : 0; count === BATCH_ROWS;) {
        count = await this.database.transaction((manager) => this.sealBatch(manager));
        total += count;
        this.sealed += count;
      }
      return total;
    } catch (error) {
      this.failures++;
      throw error;
    }
  }

  private async sealBatch(manager: EntityManager): Promise<number> {
    const [lock] = await manager.query<{ mine: boolean }[]>(BEGIN_SEALING);
    if (lock?.mine !== true) return 0;
    const [head] = await manager.query<{ seq: string; hash: Buffer }[]>(HEAD);
    if (head === undefined)
      throw new AuditChainError(
        'Table audit_chain is empty, so the chain cannot continue: restore its row from a backup.',
      );
    const rows = await manager.query<ChainedRow[]>(UNSEALED);
    this.head = Number(head.seq);
    this.headHash = head.hash.toString('hex');
    if (rows.length === 0) return 0;
    let { hash } = head;
    const seals = rows.map((row, index) => {
      const seq = this.head + 1 + index;
      hash = linkHash(hash, seq, row);
      return { row, seq, hash: hash.toString('hex') };
    });
    const [, updated] = await manager.query<[unknown, number]>(SEAL, [
      rows.map(({ at }) => at),
      rows.map((row) => row.entry_id),
      seals.map(({ seq }) => seq),
      seals.map((seal) => seal.hash),
    ]);
    if (updated !== rows.length) {
      throw new AuditChainError(
        `Only ${updated} of ${rows.length} audit events could be sealed: verify the audit trail.`,
      );
    }
    await manager.query(MOVE_HEAD, [this.head + rows.length, hash]);
    this.head += rows.length;
    this.headHash = hash.toString('hex');
    return rows.length;
  }
}

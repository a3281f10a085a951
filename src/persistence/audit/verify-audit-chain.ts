import type { Database } from '../database/database.js';
import { readAnchors, type AuditAnchor } from './audit-anchors.js';
import { CHAINED_COLUMNS, GENESIS, linkHash, type ChainedRow } from './audit-chain.js';
import { AuditChainError } from './audit.errors.js';

/** A place in the chain. */
export interface ChainHead {
  readonly seq: number;
  /** Lower-case hexadecimal. */
  readonly hash: string;
}

/** The first broken place of the chain. */
export interface ChainFault {
  /**
   * `altered`: the row or its seal was changed; `reordered`: another row belongs here; `missing`: nothing is here;
   * `anchor`: a dropped partition does not continue what is before it; `head`: the end is not where it was.
   */
  readonly kind: 'altered' | 'reordered' | 'missing' | 'anchor' | 'head';
  readonly seq: number;
  /** One sentence that names the row. */
  readonly message: string;
}

/** Result of a verification. */
export interface ChainReport {
  /** Undefined = the chain is intact. */
  readonly fault: ChainFault | undefined;
  /** Rows whose hash was recomputed. */
  readonly verified: number;
  /** Rows dropped with their partition, for which an anchor is kept. */
  readonly dropped: number;
  /** The last intact place. A copy elsewhere proves later that nothing before it was rewritten. */
  readonly head: ChainHead;
  readonly unsealed: UnsealedRows;
}

/** Rows outside of the chain's protection. */
export interface UnsealedRows {
  readonly count: number;
  /** Up to a hundred ids of rows that have waited longer than ten seconds: no sealer is at work. */
  readonly overdue: readonly string[];
}

export interface VerifyOptions {
  /** A head noted earlier, which the chain must still contain. */
  readonly expected?: ChainHead;
  /** Called after each batch. */
  readonly onProgress?: (verified: number) => void;
  /** Awaited after each batch; its error ends the verification. */
  readonly betweenSlices?: () => Promise<void>;
}

type SealedRow = ChainedRow & { readonly seq: string; readonly hash: Buffer | null };

const BATCH_ROWS = 5000;
/** Bounded by numbers, not by LIMIT: a planner without statistics would sort all that follows for every batch. */
const SEALED_ROWS = `SELECT ${CHAINED_COLUMNS}, seq, hash FROM audit_event
  WHERE seq >= $1 AND seq <= $2 ORDER BY seq, id`;
const NEXT_SEALED = 'SELECT min(seq) FROM audit_event WHERE seq >= $1 AND seq <= $2';
const NUMBERED = `SELECT (SELECT count(*) FROM audit_event WHERE seq <= $1),
  (SELECT count(*) FROM audit_event WHERE seq > (SELECT seq FROM audit_chain))`;
const UNSEALED = `SELECT count(*)::int4, (SELECT array_agg(id::text ORDER BY id) FROM (SELECT id FROM audit_event
  WHERE seq IS NULL AND recorded_at < clock_timestamp() - interval '10 seconds' ORDER BY id LIMIT 100) AS first)
  FROM audit_event WHERE seq IS NULL`;

/**
 * Recomputes the chain from its start to the head at the time of the call, batch by batch, and stops at the first
 * broken place. Read-only; may run while events are recorded, sealed and dropped.
 */
export async function verifyAuditChain(database: Database, options: VerifyOptions = {}): Promise<ChainReport> {
  return new ChainWalk(database, options).run();
}

/** Counts the rows that wait for a sealer. */
export async function unsealedRows(database: Pick<Database, 'rows'>): Promise<UnsealedRows> {
  const [[count, overdue] = []] = await database.rows(UNSEALED, []);
  return { count: Number(count), overdue: Array.isArray(overdue) ? overdue.map(String) : [] };
}

class ChainWalk {
  private seq = 0;
  private hash: Buffer = GENESIS;
  private verified = 0;
  private dropped = 0;
  private anchors: readonly AuditAnchor[] = [];

  constructor(
    private readonly database: Database,
    private readonly options: VerifyOptions,
  ) {}

  async run(): Promise<ChainReport> {
    const head = await this.readHead();
    this.anchors = await readAnchors(this.database);
    const fault = (await this.walkTo(head.seq)) ?? this.endFault(head) ?? (await this.surplus(head.seq));
    return {
      fault,
      verified: this.verified,
      dropped: this.dropped,
      head: { seq: this.seq, hash: this.hash.toString('hex') },
      unsealed: await unsealedRows(this.database),
    };
  }

  private async walkTo(last: number): Promise<ChainFault | undefined> {
    while (this.seq < last) {
      const anchor = this.anchors.find((candidate) => candidate.firstSeq === this.seq + 1);
      const fault = anchor === undefined ? await this.walkBatch(last) : this.pass(anchor);
      if (fault !== undefined) return fault;
      this.options.onProgress?.(this.verified);
      await this.options.betweenSlices?.();
    }
    return undefined;
  }

  /** Reads the anchors again before a gap counts: its partition may have been dropped a moment ago. */
  private async walkBatch(last: number): Promise<ChainFault | undefined> {
    const range = [this.seq + 1, Math.min(this.seq + BATCH_ROWS, last)];
    const rows = await this.database.read((manager) => manager.query<SealedRow[]>(SEALED_ROWS, range));
    for (const [index, row] of rows.entries()) {
      const seq = Number(row.seq);
      if (seq <= this.seq) return { kind: 'reordered', seq, message: `More than one event stands at ${seq}.` };
      if (seq !== this.seq + 1) return index > 0 ? undefined : this.gap(seq);
      const fault = this.link(row, rows);
      if (fault !== undefined) return fault;
    }
    if (rows.length > 0) return undefined;
    const [[next] = []] = await this.database.rows(NEXT_SEALED, [this.seq + 1, last]);
    return this.gap(next === null ? last + 1 : Number(next));
  }

  private link(row: SealedRow, rows: readonly SealedRow[]): ChainFault | undefined {
    const seq = this.seq + 1;
    const hash = linkHash(this.hash, seq, row);
    if (row.hash === null || !hash.equals(row.hash)) return this.brokenLink(seq, row, rows);
    this.seq = seq;
    this.hash = hash;
    this.verified++;
    return this.headFault();
  }

  private brokenLink(seq: number, row: SealedRow, rows: readonly SealedRow[]): ChainFault {
    const named = `event ${row.id} (${row.action} at ${row.at})`;
    const rightful = rows.find((other) => other.hash !== null && linkHash(this.hash, seq, other).equals(other.hash));
    return rightful === undefined
      ? { kind: 'altered', seq, message: `At ${seq} stands ${named}: it or its seal was changed after it was sealed.` }
      : { kind: 'reordered', seq, message: `At ${seq} stands ${named}, but event ${rightful.id} was sealed there.` };
  }

  private async gap(next: number): Promise<ChainFault | undefined> {
    const from = this.seq + 1;
    this.anchors = await readAnchors(this.database);
    if (this.anchors.some(({ firstSeq }) => firstSeq === from)) return undefined;
    const what = next - 1 === from ? `Event ${from} of the chain is` : `Events ${from} to ${next - 1} of the chain are`;
    return { kind: 'missing', seq: from, message: `${what} missing: deleted, or moved to another place.` };
  }

  private pass(anchor: AuditAnchor): ChainFault | undefined {
    if (!anchor.previousHash.equals(this.hash)) {
      const message = `The anchor of ${anchor.partition} at ${anchor.firstSeq} does not continue the row before it.`;
      return { kind: 'anchor', seq: anchor.firstSeq, message };
    }
    this.dropped += anchor.lastSeq - anchor.firstSeq + 1;
    this.seq = anchor.lastSeq;
    this.hash = anchor.lastHash;
    return this.headFault();
  }

  /** The head noted elsewhere must be part of the chain. */
  private headFault(): ChainFault | undefined {
    const { expected } = this.options;
    if (expected === undefined || expected.seq !== this.seq || expected.hash === this.hash.toString('hex'))
      return undefined;
    return {
      kind: 'head',
      seq: this.seq,
      message: `At ${this.seq} the chain has another hash than the one that was noted.`,
    };
  }

  private endFault(head: { seq: number; hash: Buffer }): ChainFault | undefined {
    const { expected } = this.options;
    if (this.seq !== head.seq || !this.hash.equals(head.hash)) {
      return { kind: 'head', seq: this.seq, message: `The chain ends at ${this.seq}, but its head says ${head.seq}.` };
    }
    if (expected !== undefined && expected.seq > head.seq) {
      return {
        kind: 'head',
        seq: head.seq,
        message: `The chain ends at ${head.seq}, but was noted at ${expected.seq}.`,
      };
    }
    return undefined;
  }

  /** Finds rows that the walk misses: those with a duplicate number, or with one of a dropped run. */
  private async surplus(last: number): Promise<ChainFault | undefined> {
    const [[inside, beyond] = []] = await this.database.rows(NUMBERED, [last]);
    if (Number(beyond) > 0) {
      return {
        kind: 'head',
        seq: last,
        message: `${String(beyond)} events claim places behind the head of the chain.`,
      };
    }
    const surplus = Number(inside) - this.verified;
    if (surplus <= 0) return undefined;
    return { kind: 'reordered', seq: last, message: `${surplus} more events claim places in the chain than it has.` };
  }

  private async readHead(): Promise<{ seq: number; hash: Buffer }> {
    const [[seq, hash] = []] = await this.database.rows('SELECT seq, hash FROM audit_chain', []);
    if (!Buffer.isBuffer(hash))
      throw new AuditChainError('Table audit_chain is empty, so the chain has no head: restore its row from a backup.');
    return { seq: Number(seq), hash };
  }
}

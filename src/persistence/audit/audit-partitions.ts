import type { Clock } from '../../kernel/index.js';
import type { Database } from '../database/database.js';

/** How far ahead there is always a partition. */
const MONTHS_AHEAD = 3;

/** What one round of care for the partitions found and did. */
export interface PartitionRound {
  /** Rows outside of every month, counted up to 1000: their time is wrong, or nobody made partitions. */
  readonly strays: number;
  /** Partitions that were dropped, oldest first. */
  readonly dropped: readonly string[];
}

/**
 * Makes the partitions of the coming months and drops those that are older than the retention. The work is done by
 * functions of the database with the rights of its owner, one replica at a time.
 */
export class AuditPartitions {
  private last: PartitionRound = { strays: 0, dropped: [] };

  constructor(
    private readonly database: Pick<Database, 'rows'>,
    private readonly clock: Clock,
    /** Whole months that stay besides the current one, at least 3. */
    private readonly retentionMonths: number,
  ) {}

  /** What the last round found. */
  get strays(): number {
    return this.last.strays;
  }

  /** Each partition is dropped in a transaction of its own, so that a fault keeps what was done. */
  async run(): Promise<PartitionRound> {
    const now = new Date(this.clock.nowMs());
    const [[strays] = []] = await this.database.rows('SELECT audit_make_partitions($1, $2)', [
      now.toISOString(),
      MONTHS_AHEAD,
    ]);
    this.last = { strays: Number(strays), dropped: [] };
    const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - this.retentionMonths, 1)).toISOString();
    const dropped: string[] = [];
    for (;;) {
      const [[name] = []] = await this.database.rows('SELECT audit_drop_partition($1)', [before]);
      if (typeof name !== 'string') break;
      dropped.push(name);
    }
    this.last = { strays: Number(strays), dropped };
    return this.last;
  }
}

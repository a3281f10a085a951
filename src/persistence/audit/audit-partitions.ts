import type { Clock } from '../../kernel/index.js';
import type { Database } from '../database/database.js';

/** Partitions exist at least this many months ahead. */
const MONTHS_AHEAD = 3;

/** Result of one round of maintenance. */
export interface PartitionRound {
  /** Rows outside of every month, counted up to 1000: their time is wrong, or partitions were not made in time. */
  readonly rowsOutsidePartitions: number;
  /** Dropped partitions, oldest first. */
  readonly dropped: readonly string[];
}

/**
 * Makes the partitions of the coming months and drops those older than the retention. Database functions with their
 * owner's rights do the work, one replica at a time.
 */
export class AuditPartitions {
  private last: PartitionRound = { rowsOutsidePartitions: 0, dropped: [] };

  constructor(
    private readonly database: Pick<Database, 'rows'>,
    private readonly clock: Clock,
    /** Whole months to keep in addition to the current one, at least 3. */
    private readonly retentionMonths: number,
  ) {}

  /** Count of the last round. */
  get rowsOutsidePartitions(): number {
    return this.last.rowsOutsidePartitions;
  }

  /** Drops each partition in a separate transaction, so that a fault keeps what was done. */
  async run(): Promise<PartitionRound> {
    const now = new Date(this.clock.nowMs());
    const [[rowsOutsidePartitions] = []] = await this.database.rows('SELECT audit_make_partitions($1, $2)', [
      now.toISOString(),
      MONTHS_AHEAD,
    ]);
    this.last = { rowsOutsidePartitions: Number(rowsOutsidePartitions), dropped: [] };
    const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - this.retentionMonths, 1)).toISOString();
    const dropped: string[] = [];
    for (;;) {
      const [[name] = []] = await this.database.rows('SELECT audit_drop_partition($1)', [before]);
      if (typeof name !== 'string') break;
      dropped.push(name);
    }
    this.last = { rowsOutsidePartitions: Number(rowsOutsidePartitions), dropped };
    return this.last;
  }
}

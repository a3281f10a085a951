import { LineSpool, type SpoolOptions } from '../spool/line-spool.js';
import { type AuditRow, isAuditRow } from './audit-rows.js';

/** Most rows that are read back at once. */
const BATCH_ROWS = 500;

/** Audit rows on disk while the database is away; what is read twice is recognised by its entry id. */
export class AuditSpool extends LineSpool<AuditRow> {
  constructor(options: SpoolOptions) {
    super(options, { name: 'audit', isRow: isAuditRow, batchRows: BATCH_ROWS });
  }
}

import { LineSpool, type SpoolOptions } from '../spool/line-spool.js';
import { type AuditRow, isAuditRow } from './audit-rows.js';

const BATCH_ROWS = 500;

/** Audit rows on disk while the database is away; the entry id reveals rows that are read twice. */
export class AuditSpool extends LineSpool<AuditRow> {
  constructor(options: SpoolOptions) {
    super(options, { name: 'audit', isRow: isAuditRow, batchRows: BATCH_ROWS });
  }
}

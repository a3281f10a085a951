import { LineSpool, type SpoolOptions } from '../spool/line-spool.js';
import type { UsageBatch } from './usage-store.js';
import { isUsageRow } from './usage-tally.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Batches of usage on disk while the database is away; the id reveals batches that are read twice. */
export class UsageSpool extends LineSpool<UsageBatch> {
  constructor(options: SpoolOptions) {
    super(options, { name: 'usage', isRow: isUsageBatch, batchRows: 1 });
  }
}

function isUsageBatch(value: unknown): value is UsageBatch {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('rows' in value)) return false;
  const { id, rows } = value;
  return typeof id === 'string' && UUID.test(id) && Array.isArray(rows) && rows.every(isUsageRow);
}

import { type CsvRow, InvalidParameterError, type ParameterFault } from '../../http/index.js';
import type { AuditQuery, AuditRecord, AuditTrail } from '../../persistence/index.js';
import type { AuditQueryParameters } from './audit.schemas.js';

/** Filters of the list. */
export type AuditFilter = Omit<AuditQuery, 'limit' | 'cursor'>;

/** Columns of the table. */
export const AUDIT_COLUMNS = [
  'id',
  'at',
  'recorded_at',
  'actor',
  'action',
  'target',
  'detail',
  'request_id',
  'seq',
  'hash',
] as const;

const CSV_PAGE = 1000;

/** @throws InvalidParameterError for times that do not exist or are in the wrong order, and an id without its kind */
export function auditFilter(query: AuditQueryParameters): AuditFilter {
  const { actor, action, target_kind: kind, target_id: id } = query;
  const faults: ParameterFault[] = [];
  const time = (parameter: 'from' | 'to'): Date | undefined => {
    const text = query[parameter];
    const at = text === undefined ? undefined : new Date(text);
    if (at !== undefined && Number.isNaN(at.getTime()))
      faults.push({ parameter, message: 'must be a time that exists' });
    return at;
  };
  const [from, to] = [time('from'), time('to')];
  if (from !== undefined && to !== undefined && from >= to)
    faults.push({ parameter: 'to', message: 'must be after from' });
  if (id !== undefined && kind === undefined) {
    faults.push({ parameter: 'target_kind', message: 'must be given with target_id' });
  }
  if (faults.length > 0) throw new InvalidParameterError(faults);
  const target = id === undefined ? undefined : `${kind}:${id}`;
  return {
    actor,
    action,
    from,
    to,
    target,
    targetPrefix: target === undefined && kind !== undefined ? `${kind}:` : undefined,
  };
}

/** All matching events, read page by page. */
export async function* auditTable(trail: AuditTrail, filter: AuditFilter): AsyncGenerator<readonly CsvRow[]> {
  let cursor: string | undefined;
  do {
    const page = await trail.list({ ...filter, limit: CSV_PAGE, cursor });
    yield page.items.map(rowOf);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function rowOf({ id, at, recordedAt, actor, action, target, detail, requestId, seal }: AuditRecord): CsvRow {
  return [id, at, recordedAt, actor, action, target, detail, requestId ?? null, seal?.seq ?? null, seal?.hash ?? null];
}

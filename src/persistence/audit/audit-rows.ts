import { randomUUID } from 'node:crypto';
import { printable } from '../../kernel/index.js';
import type { AuditEntry } from './audit-log.js';

/** One row of `audit_event` before it is sealed; immutable, so that it may wait in memory. */
export type AuditRow = readonly [
  entryId: string,
  at: string,
  actor: string,
  action: string,
  target: string,
  detail: string,
  requestId: string | null,
];

const COLUMNS = 7;
const MAX_TEXT = 200;
const MAX_DETAIL = 4000;
const FIRST_YEAR_MS = Date.UTC(1970, 0, 1);
const LAST_YEAR_MS = Date.UTC(9999, 0, 1);

/**
 * Rows keep the order of the arrays: their ids ascend as the events happened. $1 to $7 are one array for each column. A
 * row that exists already stays as it is, so that an uncertain writer may write again.
 */
export const INSERT_AUDIT_ROWS = `
  INSERT INTO audit_event (entry_id, at, actor, action, target, detail, request_id)
  SELECT entry_id, at, actor, action, target, detail, request_id
  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY
    AS entry(entry_id, at, actor, action, target, detail, request_id, position)
  ORDER BY position
  ON CONFLICT (at, entry_id) DO NOTHING`;

/**
 * Never throws. Cuts texts at 200 characters, and replaces details above 4000 characters, what JSON cannot express and
 * what Postgres cannot store (NUL). Losing a detail is better than losing the event.
 */
export function auditRow(entry: AuditEntry): AuditRow {
  const { at, actor, action, target, requestId } = entry;
  const known = at.getTime() >= FIRST_YEAR_MS && at.getTime() < LAST_YEAR_MS;
  return [
    randomUUID(),
    (known ? at : new Date(0)).toISOString(),
    printable(actor, MAX_TEXT),
    printable(action, MAX_TEXT),
    printable(target, MAX_TEXT),
    detailText(entry.detail),
    requestId === undefined ? null : printable(requestId, MAX_TEXT),
  ];
}

/** The values of {@link INSERT_AUDIT_ROWS}. */
export function auditColumns(rows: readonly AuditRow[]): unknown[] {
  return Array.from({ length: COLUMNS }, (_, column) => rows.map((row) => row[column]));
}

/** Whether the row records a refusal (`key.refused`, `terminal.refused`), which strangers can cause at will. */
export function isRefusal([, , , action]: AuditRow): boolean {
  return action.endsWith('.refused');
}

/** Checks what was read back from disk. */
export function isAuditRow(value: unknown): value is AuditRow {
  return (
    Array.isArray(value) &&
    value.length === COLUMNS &&
    value.every((part, index) => typeof part === 'string' || (part === null && index === COLUMNS - 1))
  );
}

function detailText(detail: AuditEntry['detail']): string {
  try {
    const text = JSON.stringify(detail);
    return text.length <= MAX_DETAIL ? text : JSON.stringify({ omitted: `${text.length} characters` });
  } catch {
    return JSON.stringify({ omitted: 'not expressible as JSON' });
  }
}

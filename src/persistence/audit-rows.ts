import { printable } from '../kernel/index.js';
import type { AuditEntry } from './audit-log.js';

/** One row of `audit_event`, ready to be written and safe to keep waiting. */
export type AuditRow = readonly [
  at: string,
  actor: string,
  action: string,
  target: string,
  detail: string,
  requestId: string | null,
];

const MAX_TEXT = 200;
const MAX_DETAIL = 4000;

/** Rows keep the order of the arrays: their ids ascend as the events happened. $1 to $6 one array a column. */
export const INSERT_AUDIT_ROWS = `
  INSERT INTO audit_event (at, actor, action, target, detail, request_id)
  SELECT at, actor, action, target, detail, request_id
  FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
    AS entry(at, actor, action, target, detail, request_id, position)
  ORDER BY position`;

/**
 * Never throws and never grows: texts are cut at 200 characters, details above 4000 are replaced by a note, and what
 * cannot be written as JSON or stored by Postgres (NUL) is replaced too. Losing a detail is better than losing the event.
 */
export function auditRow(entry: AuditEntry): AuditRow {
  const { at, actor, action, target, requestId } = entry;
  const time = Number.isNaN(at.getTime()) ? new Date(0) : at;
  return [
    time.toISOString(),
    printable(actor, MAX_TEXT),
    printable(action, MAX_TEXT),
    printable(target, MAX_TEXT),
    detailText(entry.detail),
    requestId === undefined ? null : printable(requestId, MAX_TEXT),
  ];
}

/** The values of {@link INSERT_AUDIT_ROWS}. */
export function auditColumns(rows: readonly AuditRow[]): unknown[] {
  return [0, 1, 2, 3, 4, 5].map((column) => rows.map((row) => row[column]));
}

function detailText(detail: AuditEntry['detail']): string {
  try {
    const text = JSON.stringify(detail);
    return text.length <= MAX_DETAIL ? text : JSON.stringify({ omitted: `${text.length} characters` });
  } catch {
    return JSON.stringify({ omitted: 'not expressible as JSON' });
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type RowValues } from '../database/database.js';
import { decodeKeyset, encodeKeyset } from '../database/keyset-cursor.js';
import { InvalidCursorError } from '../database/persistence.errors.js';
import { CHAINED_COLUMNS } from './audit-chain.js';
import { type AuditPage, type AuditQuery, type AuditRecord, AuditTrail, type ChainState } from './audit-trail.js';
import { AuditChainError } from './audit.errors.js';
import { unsealedRows } from './verify-audit-chain.js';

const COLUMNS = `${CHAINED_COLUMNS}, seq, encode(hash, 'hex')`;
const INSTANT = /^(19|[2-9]\d)\d{2}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;
const ID = /^[0-9]{1,18}$/;

/** Builds its statements by hand; each condition has an index. */
@Injectable()
export class PostgresAuditTrail extends AuditTrail {
  constructor(private readonly database: Database) {
    super();
  }

  override async list(query: AuditQuery): Promise<AuditPage> {
    const { conditions, values } = conditionsOf(query);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const text = `SELECT ${COLUMNS} FROM audit_event ${where}
      ORDER BY audit_event.at DESC, audit_event.id DESC LIMIT $${values.push(query.limit + 1)}`;
    const items = (await this.database.readRows(text, values)).map(recordOf);
    const last = items.length > query.limit ? items[query.limit - 1] : undefined;
    return {
      items: items.slice(0, query.limit),
      nextCursor: last === undefined ? undefined : encodeKeyset([last.at, last.id]),
    };
  }

  override async find(id: string): Promise<AuditRecord | undefined> {
    if (!ID.test(id)) return undefined;
    const [row] = await this.database.readRows(`SELECT ${COLUMNS} FROM audit_event WHERE id = $1`, [id]);
    return row === undefined ? undefined : recordOf(row);
  }

  override async chain(): Promise<ChainState> {
    const [[seq, hash] = []] = await this.database.readRows(`SELECT seq, encode(hash, 'hex') FROM audit_chain`, []);
    if (typeof hash !== 'string') {
      throw new AuditChainError('Table audit_chain is empty, so the chain has no head: restore its row from a backup.');
    }
    return { head: { seq: Number(seq), hash }, unsealed: await unsealedRows(this.database) };
  }
}

function conditionsOf({ actor, action, target, targetPrefix, from, to, cursor }: AuditQuery) {
  const values: unknown[] = [];
  const conditions: string[] = [];
  if (actor !== undefined) conditions.push(`actor = $${values.push(actor)}`);
  if (action !== undefined) conditions.push(`action LIKE $${values.push(prefix(action))}`);
  if (target !== undefined) conditions.push(`target = $${values.push(target)}`);
  if (targetPrefix !== undefined) conditions.push(`target LIKE $${values.push(prefix(targetPrefix))}`);
  if (from !== undefined) conditions.push(`audit_event.at >= $${values.push(from.toISOString())}`);
  if (to !== undefined) conditions.push(`audit_event.at < $${values.push(to.toISOString())}`);
  if (cursor !== undefined) {
    const [at, id] = placeOf(cursor);
    const place = `($${values.push(at)}::timestamptz, $${values.push(id)}::int8)`;
    // The first comparison is redundant, but lets the planner skip whole months.
    conditions.push(`audit_event.at <= $${values.length - 1}::timestamptz`);
    conditions.push(`(audit_event.at, audit_event.id) < ${place}`);
  }
  return { conditions, values };
}

function placeOf(cursor: string): readonly string[] {
  const [at = '', id = ''] = decodeKeyset(cursor, [INSTANT, ID]);
  // The pattern lets days pass that their month does not have.
  if (new Date(at).toISOString().slice(0, 10) !== at.slice(0, 10)) throw new InvalidCursorError();
  return [at, id];
}

function prefix(text: string): string {
  return `${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function recordOf(row: RowValues): AuditRecord {
  const [id, , at, recordedAt, actor, action, target, detail, requestId, seq, hash] = row;
  return {
    id: String(id),
    at: String(at),
    recordedAt: String(recordedAt),
    actor: String(actor),
    action: String(action),
    target: String(target),
    detail: String(detail),
    requestId: typeof requestId === 'string' ? requestId : undefined,
    seal: typeof hash === 'string' ? { seq: Number(seq), hash } : undefined,
  };
}

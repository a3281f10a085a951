/** What the demo answered, for the OpenAPI document. */

const HASH = '9f2c7a6b0e0d4f43a1f6a4f6a1a7a0c56d8f3e0b1b2c3d4e5f60718293a4b5c6';

const EVENT = {
  id: '41',
  at: '2026-11-21T12:16:04.895000Z',
  recorded_at: '2026-11-21T12:16:04.899214Z',
  actor: 'key:jXmGXMMoGj',
  action: 'key.revoked',
  target: 'key:DjGwPBI4WP',
  detail: { reason: 'leaked in a log' },
  request_id: '4f9c1d2e8a7b6c50',
  seq: 41,
  hash: HASH,
};

const CHAIN = { sealed: { seq: 41, hash: HASH }, unsealed: 0, overdue: [], running_verified: null, failure: null };
const LAST = {
  started_at: '2026-11-21T12:20:00.000Z',
  finished_at: '2026-11-21T12:20:00.084Z',
  verified: 41,
  dropped: 0,
  head: { seq: 41, hash: HASH },
  fault: null,
};

/** One real answer per form. */
export const AUDIT_EXAMPLES = {
  list: { success: true, data: [EVENT], next_cursor: null },
  csv: `id,at,recorded_at,actor,action,target,detail,request_id,seq,hash\r\n41,2026-11-21T12:16:04.895000Z,2026-11-21T12:16:04.899214Z,key:jXmGXMMoGj,key.revoked,key:DjGwPBI4WP,"{""reason"":""leaked in a log""}",4f9c1d2e8a7b6c50,41,${HASH}\r\n`,
  event: { success: true, data: EVENT },
  verification: { success: true, data: { status: 'holds', ...CHAIN, last: LAST } },
  started: { success: true, data: { status: 'running', ...CHAIN, running_verified: 0, last: LAST } },
};

/** What a gateway answered, for the OpenAPI document. */

const HASH = '05b37af2e7d61abf942ba5e52c298164dad6a1a5832337e5eeead39aa48c421a';

const EVENT = {
  id: '12',
  at: '2026-11-21T15:09:39.247000Z',
  recorded_at: '2026-11-21T15:09:39.252930Z',
  actor: 'key:NFbAZo4lx3',
  action: 'key.revoked',
  target: 'key:PzTTgtp2uY',
  detail: {
    reason: 'leaked in a log',
    before: { revoked_at: null },
    after: { revoked_at: '2026-11-21T15:09:39.247Z' },
  },
  request_id: '2ee70f515243dbed',
  seq: 12,
  hash: HASH,
};

const CSV_DETAIL =
  '"{""reason"":""leaked in a log"",""before"":{""revoked_at"":null},' +
  '""after"":{""revoked_at"":""2026-11-21T15:09:39.247Z""}}"';
const CSV_LINES = [
  'id,at,recorded_at,actor,action,target,detail,request_id,seq,hash',
  `12,${EVENT.at},${EVENT.recorded_at},${EVENT.actor},key.revoked,${EVENT.target},${CSV_DETAIL},${EVENT.request_id},12,${HASH}`,
];

const CHAIN = { sealed: { seq: 12, hash: HASH }, unsealed: 0, overdue: [], running_verified: null, failure: null };
const LAST = {
  started_at: '2026-11-21T15:09:39.670Z',
  finished_at: '2026-11-21T15:09:39.764Z',
  verified: 12,
  dropped: 0,
  head: { seq: 12, hash: HASH },
  fault: null,
};

/** One real answer per form. */
export const AUDIT_EXAMPLES = {
  list: { success: true, data: [EVENT], next_cursor: null },
  csv: CSV_LINES.map((line) => `${line}\r\n`).join(''),
  event: { success: true, data: EVENT },
  verification: { success: true, data: { status: 'holds', ...CHAIN, last: LAST } },
  started: { success: true, data: { status: 'running', ...CHAIN, running_verified: 0, last: null } },
};

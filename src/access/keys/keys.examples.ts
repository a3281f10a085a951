/** What the routes of keys answer, for the OpenAPI document. */

const REVOKED_AT = '2026-11-21T12:16:04.895Z';

const KEY = {
  id: 'jXmGXMMoGj',
  kind: 'live',
  name: 'web shop',
  last4: 'Aqv1',
  scopes: [],
  allowed_addresses: [],
  account_id: '01M7Z0HZM5T9M3ZSVHT2XANG17',
  account_name: 'Example Ltd',
  tier: 'PRO',
  created_at: '2026-11-21T12:16:04.749Z',
  not_before: null,
  expires_at: null,
  last_used_at: null,
  replaced_by: null,
  revoked_at: null,
  revoked_reason: null,
};

const SUCCESSOR = { ...KEY, id: 'q3VtY8nLwB', last4: 'k0Zr', created_at: '2026-11-22T08:00:00.000Z' };
const OLD = { ...KEY, expires_at: '2026-11-23T08:00:00.000Z', replaced_by: SUCCESSOR.id };
const USED = { ...KEY, last_used_at: '2026-11-21T12:40:11.020Z' };

/** Bodies and answers; only the secrets are left out. */
export const KEY_EXAMPLES = {
  createBody: { kind: 'live', name: 'web shop', account_name: 'Example Ltd', tier: 'PRO' },
  created: { success: true, data: { key: 'mt5g_live_jXmGXMMoGj_(43 characters)(6 characters)', ...KEY } },
  key: { success: true, data: USED },
  keys: { success: true, data: { keys: [USED] }, next_cursor: 'MTc5NTI2MzM2NDc0OTpqWG1HWE1Nb0dq' },
  rotateBody: { overlap_seconds: 86_400 },
  rotated: {
    success: true,
    data: { key: 'mt5g_live_q3VtY8nLwB_(43 characters)(6 characters)', ...SUCCESSOR, old_key: OLD },
  },
  revokeBody: { reason: 'leaked in a log' },
  revoked: { success: true, data: { ...KEY, revoked_at: REVOKED_AT, revoked_reason: 'leaked in a log' } },
  verifyBody: { key: 'mt5g_live_jXmGXMMoGj_(43 characters)(6 characters)' },
  verified: { success: true, data: { usable: true, reason: null, key: USED } },
};

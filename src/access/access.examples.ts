/** What the demo answered, for the OpenAPI document. */

const REVOKED_AT = '2026-11-21T12:16:04.895Z';

const KEY = {
  id: 'jXmGXMMoGj',
  kind: 'live',
  name: 'web shop',
  last4: 'Aqv1',
  scopes: [],
  account_id: '01M7Z0HZM5T9M3ZSVHT2XANG17',
  account_name: 'Example Ltd',
  tier: 'PRO',
  created_at: '2026-11-21T12:16:04.749Z',
  not_before: null,
  expires_at: null,
  revoked_at: null,
  revoked_reason: null,
};

/** One real answer per route of this folder; only the secret of the key is left out. */
export const ACCESS_EXAMPLES = {
  symbols: { success: true, tier: 'FREE', symbols: ['BTCUSD', 'EURUSD', 'USDJPY', 'US30', 'XAUUSD'] },
  timeframes: { success: true, tier: 'FREE', timeframes: ['H1', 'H4', 'D1'] },
  me: {
    success: true,
    data: {
      account_id: '01M7Z069BW02R7MGCCXMX7NF62',
      tier: 'FREE',
      effective_tier: 'FREE',
      key: { id: 'DjGwPBI4WP', kind: 'live', scopes: [] },
      limits: { per_minute: 60, per_day: 2000, concurrent: 2 },
    },
  },
  limits: {
    success: true,
    data: {
      account_id: '01M7Z069BW02R7MGCCXMX7NF62',
      tier: 'FREE',
      policies: [
        { name: 'minute', limit: 60, window: 60, remaining: 57, reset_after: 12, reset: 1795263377 },
        { name: 'day', limit: 2000, window: 86400, remaining: 1990, reset_after: 40000, reset: 1795303365 },
      ],
      concurrency: { limit: 2, in_use: 0 },
    },
  },
  createBody: { kind: 'live', name: 'web shop', account_name: 'Example Ltd', tier: 'PRO' },
  created: { success: true, data: { key: 'mt5g_live_jXmGXMMoGj_(43 characters)(6 characters)', ...KEY } },
  keys: { success: true, data: { keys: [KEY] }, next_cursor: 'MTc5NTI2MzM2NDc0OTpqWG1HWE1Nb0dq' },
  revokeBody: { reason: 'leaked in a log' },
  revoked: { success: true, data: { ...KEY, revoked_at: REVOKED_AT, revoked_reason: 'leaked in a log' } },
};

/** What the demo answered, for the OpenAPI document. */

/** One real answer per route of this folder; those of keys and accounts are beside their controllers. */
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
};

/** What the demo answered to /api/v1/candles/EURUSD/H1?bars=2. */
export const CANDLES_EXAMPLE = {
  success: true,
  data: {
    candles: [
      {
        time: 1795212000,
        open: 1.11958,
        high: 1.12064,
        low: 1.11958,
        close: 1.12064,
        tick_volume: 3250,
        real_volume: 0,
        spread: 6,
        complete: true,
      },
      {
        time: 1795215600,
        open: 1.12064,
        high: 1.1209,
        low: 1.1187,
        close: 1.1187,
        tick_volume: 2823,
        real_volume: 0,
        spread: 6,
        complete: true,
      },
    ],
    metadata: {
      symbol: 'EURUSD',
      timeframe: 'H1',
      tier: 'FREE',
      bars_returned: 2,
      terminal_id: 'MT5_05',
      source: 'simulator',
      as_of: 1795215600,
      stale: false,
      last_bar_complete: true,
      last_bar_confirmed: true,
      server_utc_offset: 7200,
      utc_offsets: [{ from: 1795212000, offset: 7200 }],
      digits: 5,
      gaps: [],
      truncated: false,
    },
  },
  next_cursor: 'MXxFVVJVU0R8SDF8YnwxNzk1MjEyMDAwfA',
};

/** What the demo answered to /api/v1/symbols/EURUSD. */
export const SYMBOL_EXAMPLE = {
  success: true,
  data: {
    symbol: 'EURUSD',
    broker_symbol: 'EURUSD',
    description: 'EUR against USD',
    terminal_id: 'MT5_05',
    digits: 5,
    point: 1e-5,
    contract_size: 100000,
    base_currency: 'EUR',
    profit_currency: 'USD',
    earliest: { H1: 31795200, H4: 31795200, D1: 31795200 },
    source: 'simulator',
  },
};

import { INDICATORS } from './catalog/catalog.js';

/** Answer of the demo to /api/v1/indicators/EURUSD/H1; each list is shortened to its last entries. */
export const INDICATORS_EXAMPLE = {
  success: true,
  data: {
    ohlc: [
      { time: 1795212000, open: 1.11958, high: 1.12064, low: 1.11958, close: 1.12064, volume: 3250 },
      { time: 1795215600, open: 1.12064, high: 1.1209, low: 1.1187, close: 1.1187, volume: 2823 },
    ],
    ...INDICATORS.reduce((members, { example }) => ({ ...members, ...example }), {}),
    metadata: {
      symbol: 'EURUSD',
      timeframe: 'H1',
      tier: 'FREE',
      bars_returned: 1000,
      terminal_id: 'MT5_05',
      source: 'simulator',
      as_of: 1795215600,
      stale: false,
      last_bar_complete: true,
      last_bar_confirmed: true,
      server_utc_offset: 7200,
      utc_offsets: [
        { from: 1791619200, offset: 10800 },
        { from: 1792900800, offset: 7200 },
      ],
      digits: 5,
      gaps: [],
      truncated: false,
      indicator_source: 'engine',
    },
  },
};

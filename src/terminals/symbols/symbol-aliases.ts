/**
 * Names that brokers use for the same instrument: US100 and NAS100 are both the Nasdaq 100; a future on it is another
 * one. Upper case, canonical spelling first.
 */
const ALIAS_GROUPS: readonly (readonly string[])[] = [
  ['NDX100', 'NDX', 'NAS100', 'US100', 'USTEC', 'USTECH', 'USTECH100', 'US_TECH100', 'NSDQ100'],
  ['US30', 'DJ30', 'DJI', 'DJI30', 'WS30', 'USA30', 'USIND30'],
  ['US500', 'SP500', 'SPX500', 'USA500', 'SPX'],
  ['GER40', 'DE40', 'DAX40', 'GER30', 'DE30', 'DAX30', 'DAX', 'FDAX'],
  ['UK100', 'FTSE100'],
  ['USOIL', 'WTI', 'XTIUSD', 'USOUSD'],
  ['UKOIL', 'BRENT', 'XBRUSD', 'UKOUSD'],
  ['XAUUSD', 'GOLD'],
  ['XAGUSD', 'SILVER'],
  ['BTCUSD', 'XBTUSD'],
];

/** Other names of a symbol, without its own. Empty when none are known. */
export function aliasesOf(symbol: string): readonly string[] {
  const group = ALIAS_GROUPS.find((names) => names.includes(symbol)) ?? [];
  return group.filter((name) => name !== symbol);
}

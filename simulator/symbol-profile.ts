import { FIVE_DAYS, FIVE_DAYS_WITH_BREAK, SEVEN_DAYS, type SessionCalendar } from './session-calendar.js';
import { hashText } from './hash.js';

/** Properties of a symbol that make its synthetic market look real. */
export interface SymbolProfile {
  readonly description: string;
  /** Folder in the terminal's symbol tree. */
  readonly group: 'Forex' | 'Crypto' | 'Indices' | 'Metals' | 'Other';
  readonly baseCurrency: string;
  readonly profitCurrency: string;
  readonly contractSize: number;
  readonly digits: number;
  /** A typical price. */
  readonly price: number;
  /** Typical change from one day's close to the next, as a share of the price. */
  readonly dailyVolatility: number;
  /** Smallest spread of a day, points. */
  readonly spread: number;
  readonly calendar: SessionCalendar;
}

type Figures = Pick<SymbolProfile, 'price' | 'digits' | 'dailyVolatility' | 'spread'>;

const FOREX: Readonly<Record<string, Figures>> = {
  AUDJPY: { price: 97.5, digits: 3, dailyVolatility: 0.007, spread: 12 },
  AUDUSD: { price: 0.658, digits: 5, dailyVolatility: 0.006, spread: 7 },
  EURUSD: { price: 1.085, digits: 5, dailyVolatility: 0.0048, spread: 5 },
  GBPJPY: { price: 189.5, digits: 3, dailyVolatility: 0.007, spread: 18 },
  GBPUSD: { price: 1.268, digits: 5, dailyVolatility: 0.0055, spread: 8 },
  NZDUSD: { price: 0.604, digits: 5, dailyVolatility: 0.0062, spread: 9 },
  USDCAD: { price: 1.357, digits: 5, dailyVolatility: 0.0044, spread: 9 },
  USDCHF: { price: 0.884, digits: 5, dailyVolatility: 0.005, spread: 9 },
  USDJPY: { price: 149.6, digits: 3, dailyVolatility: 0.0056, spread: 7 },
};

const OTHERS: Readonly<Record<string, SymbolProfile>> = {
  BTCUSD: crypto('Bitcoin', 'BTC', { price: 62_000, digits: 2, dailyVolatility: 0.028, spread: 1200 }),
  ETHUSD: crypto('Ethereum', 'ETH', { price: 3_200, digits: 2, dailyVolatility: 0.034, spread: 150 }),
  NDX100: index('Nasdaq 100', { price: 18_200, digits: 2, dailyVolatility: 0.012, spread: 90 }),
  US30: index('Dow Jones 30', { price: 39_000, digits: 2, dailyVolatility: 0.009, spread: 180 }),
  XAGUSD: metal('Silver', 'XAG', { price: 28.4, digits: 3, dailyVolatility: 0.016, spread: 20 }, 5000),
  XAUUSD: metal('Gold', 'XAU', { price: 2_320, digits: 2, dailyVolatility: 0.009, spread: 15 }, 100),
};

/** The profile of a symbol; an unknown one gets a price from its name and the rest of a currency. */
export function symbolProfile(symbol: string): SymbolProfile {
  const other = Object.hasOwn(OTHERS, symbol) ? OTHERS[symbol] : undefined;
  if (other !== undefined) return other;
  const figures = Object.hasOwn(FOREX, symbol) ? FOREX[symbol] : undefined;
  if (figures !== undefined || /^[A-Z]{6}$/.test(symbol)) return forex(symbol, figures ?? unknownFigures(symbol));
  return {
    ...unknownFigures(symbol),
    ...{ description: symbol, group: 'Other', baseCurrency: 'USD', profitCurrency: 'USD', contractSize: 1 },
    calendar: FIVE_DAYS,
  };
}

function unknownFigures(symbol: string): Figures {
  const price = Number((10 ** (hashText(symbol) / 2 ** 32)).toFixed(3));
  return { price, digits: 4, dailyVolatility: 0.008, spread: 10 };
}

function forex(symbol: string, figures: Figures): SymbolProfile {
  const [baseCurrency, profitCurrency] = [symbol.slice(0, 3), symbol.slice(3)];
  const description = `${baseCurrency} against ${profitCurrency}`;
  const names = { description, group: 'Forex', baseCurrency, profitCurrency } as const;
  return { ...names, contractSize: 100_000, calendar: FIVE_DAYS, ...figures };
}

function crypto(description: string, baseCurrency: string, figures: Figures): SymbolProfile {
  const names = { description, group: 'Crypto', baseCurrency, profitCurrency: 'USD' } as const;
  return { ...names, contractSize: 1, calendar: SEVEN_DAYS, ...figures };
}

function index(description: string, figures: Figures): SymbolProfile {
  const names = { description, group: 'Indices', baseCurrency: 'USD', profitCurrency: 'USD' } as const;
  return { ...names, contractSize: 1, calendar: FIVE_DAYS_WITH_BREAK, ...figures };
}

function metal(description: string, baseCurrency: string, figures: Figures, contractSize: number): SymbolProfile {
  const names = { description, group: 'Metals', baseCurrency, profitCurrency: 'USD' } as const;
  return { ...names, contractSize, calendar: FIVE_DAYS_WITH_BREAK, ...figures };
}

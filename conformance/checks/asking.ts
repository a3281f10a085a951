import { delay } from '../../src/kernel/index.js';
import type { BridgeErrorCode, BridgeRequest, Rates, ResponseOf, SymbolListItem } from '../../src/bridge/index.js';
import type { Bench } from '../bench.js';
import { demand, Finding, Skipped } from '../finding.js';
import type { Answer, Session } from '../session.js';

const LOADING: readonly BridgeErrorCode[] = ['history-loading', 'indicator-loading', 'busy'];
/** A terminal that loads for longer is not ready for tests, milliseconds. */
const PATIENCE_MS = 60_000;

/** Asks again while the bridge says that it loads. @throws Finding if it loads for a minute */
export async function askPatiently(bench: Bench, session: Session, request: BridgeRequest): Promise<Answer> {
  const giveUpAtMs = bench.clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    const answer = await session.request(request);
    const { message } = answer;
    if (message.type !== 'error' || !LOADING.includes(message.code)) return answer;
    demand(message.retryAfterMs > 0, `${message.code} with retryAfterMs 0, which says that asking again is of no use`);
    demand(bench.clock.monotonicMs() < giveUpAtMs, `${request.type}: still ${message.code} after a minute`);
    await delay(bench.clock, Math.min(message.retryAfterMs, 2000));
  }
}

/** The answer of the type that belongs to the request. @throws Finding for another one */
export function answerOf<T extends keyof ResponseOf>(request: T, type: ResponseOf[T]['type'], answer: Answer) {
  const { message } = answer;
  if (message.type === 'error') throw new Finding(`${request} was refused: ${message.code}: ${message.message}`);
  demand(message.type === type, `${request} was answered by ${message.type}, not by ${type}`);
  return message as ResponseOf[T];
}

/** @throws Finding unless the answer is an ERROR with one of these codes and a message */
export function demandRefusal(what: string, { message }: Answer, ...codes: readonly BridgeErrorCode[]): void {
  const wanted = codes.join(' or ');
  demand(message.type === 'error', `${what} was answered by ${message.type}, not by ERROR ${wanted}`);
  demand(codes.includes(message.code), `${what} was refused with ${message.code}, not with ${wanted}`);
  demand(message.message !== '', `${what} was refused with ${message.code}, but without a message`);
}

/** Bars of the symbol under test. */
export async function askRates(
  bench: Bench,
  session: Session,
  request: { readonly timeframe?: string; readonly start?: number; readonly count: number },
): Promise<{ rates: Rates; answer: Answer }> {
  const { name: symbol } = await symbolUnderTest(bench, session);
  const { timeframe = bench.settings.timeframe, start = 0, count } = request;
  const answer = await askPatiently(bench, session, { type: 'rates-by-count', symbol, timeframe, start, count });
  return { rates: answerOf('rates-by-count', 'rates', answer), answer };
}

/** The bridge's list, requested once. */
export async function listedSymbols(bench: Bench, session: Session): Promise<readonly SymbolListItem[]> {
  bench.symbols ??= answerOf('symbols', 'symbol-list', await askPatiently(bench, session, { type: 'symbols' })).symbols;
  return bench.symbols;
}

/** The symbol of the settings, or a usual one of the bridge's list: busy and quoted all week. */
export async function symbolUnderTest(bench: Bench, session: Session): Promise<{ name: string }> {
  if (bench.settings.symbol !== undefined) return { name: bench.settings.symbol };
  const symbols = await listedSymbols(bench, session);
  const usual = ['BTCUSD', 'EURUSD', 'XAUUSD', 'GBPUSD'].flatMap((name) => {
    return symbols.find(({ symbol, tradable }) => tradable && symbol.toUpperCase().startsWith(name)) ?? [];
  })[0];
  const chosen = usual ?? symbols.find(({ tradable }) => tradable) ?? symbols[0];
  if (chosen === undefined) throw new Skipped('the bridge lists no symbol: name one with --symbol');
  return { name: chosen.symbol };
}

import { isTimeframe } from '../../src/market/index.js';
import type { Check } from '../check.js';
import { demand } from '../finding.js';
import { answerOf, askPatiently, demandRefusal, listedSymbols, symbolUnderTest } from './asking.js';

const NO_SUCH_SYMBOL = 'NO-SUCH-SYMBOL.x';

/** Account, symbols and their properties. */
export const marketChecks: readonly Check[] = [
  {
    id: 'account.info',
    promise: 'answers ACCOUNT with the account of the HELLO',
    async run(bench) {
      const session = await bench.session();
      const account = answerOf('account', 'account-info', await session.request({ type: 'account' }));
      const { login, brokerServer } = session.hello;
      demand(account.login === login, `login ${account.login}, but ${login} in the HELLO`);
      demand(account.brokerServer === brokerServer, `"${account.brokerServer}", but "${brokerServer}" in the HELLO`);
      demand(/^[A-Z]{3,8}$/.test(account.currency), `currency "${account.currency}"`);
    },
  },
  {
    id: 'symbols.list',
    promise: 'lists the symbols of the broker, each once, in chunks of at most 40',
    async run(bench) {
      const session = await bench.session();
      const symbols = await listedSymbols(bench, session);
      demand(symbols.length > 0, 'the list is empty');
      const names = new Set<string>();
      for (const { symbol, digits, contractSize } of symbols) {
        demand(symbol !== '', 'a symbol has no name');
        demand(!names.has(symbol), `${symbol} is listed twice`);
        demand(digits <= 16 && contractSize >= 0, `${symbol}: digits ${digits}, contract size ${contractSize}`);
        names.add(symbol);
      }
    },
  },
  {
    id: 'symbols.info',
    promise: 'tells the properties of a symbol, in agreement with the list',
    async run(bench) {
      const session = await bench.session();
      const { name } = await symbolUnderTest(bench, session);
      const info = answerOf(
        'symbol',
        'symbol-info',
        await askPatiently(bench, session, { type: 'symbol', symbol: name }),
      );
      const item = (await listedSymbols(bench, session)).find(({ symbol }) => symbol === name);
      demand(item !== undefined, `${name} is not in the list`);
      demand(info.symbol === name, `${info.symbol} was told, ${name} was asked for`);
      demand(info.digits === item.digits, `digits ${info.digits}, but ${item.digits} in the list`);
      demand(info.contractSize === item.contractSize, `contractSize ${info.contractSize}, ${item.contractSize} listed`);
      demand(info.point > 0, `point ${info.point}`);
      for (const { weekday, from, to } of info.sessions) {
        demand(weekday <= 6 && from < to && to <= 86_400, `a quote session from ${from} to ${to} on day ${weekday}`);
      }
      for (const timeframe of Object.keys(info.earliest)) {
        demand(isTimeframe(timeframe), `the earliest bar of a timeframe "${timeframe}"`);
      }
    },
  },
  {
    id: 'symbols.unknown',
    promise: 'refuses an unknown symbol with unknown-symbol, names being case sensitive',
    async run(bench) {
      const session = await bench.session();
      const answer = await session.request({ type: 'symbol', symbol: NO_SUCH_SYMBOL });
      demandRefusal('an unknown symbol', answer, 'unknown-symbol');
      demandRefusal('an empty symbol', await session.request({ type: 'symbol', symbol: '' }), 'unknown-symbol');
    },
  },
  {
    id: 'rates.unknown',
    promise: 'refuses rates of an unknown symbol or timeframe with the right code',
    async run(bench) {
      const session = await bench.session();
      const { name } = await symbolUnderTest(bench, session);
      const request = { type: 'rates-by-count', timeframe: 'H1', start: 0, count: 10 } as const;
      const ghost = await session.request({ ...request, symbol: NO_SUCH_SYMBOL });
      demandRefusal('rates of an unknown symbol', ghost, 'unknown-symbol');
      for (const timeframe of ['M7', 'h1', '16385', '']) {
        const answer = await session.request({ ...request, symbol: name, timeframe });
        demandRefusal(`rates of the timeframe "${timeframe}"`, answer, 'unknown-timeframe');
      }
    },
  },
];

import { afterEach, describe, expect, it } from '@jest/globals';
import { Simulator } from '../../simulator/index.js';
import { configured, MASTER_SECRET } from '../support/gateway-settings.js';
import { PoolHarness } from './pool-harness.js';

const PAIRS = [
  'AUDJPY',
  'AUDUSD',
  'BTCUSD',
  'ETHUSD',
  'EURUSD',
  'GBPJPY',
  'GBPUSD',
  'NDX100',
  'NZDUSD',
  'US30',
  'USDCAD',
  'USDCHF',
  'USDJPY',
  'XAGUSD',
  'XAUUSD',
];

describe('the pool with the simulator', () => {
  let harness: PoolHarness;
  let simulator: Simulator;
  afterEach(async () => {
    await Promise.all([simulator.stop(), harness.stop()]);
  });

  it('serves 15 symbols from 15 terminals under the names of their broker, and asks them for bars', async () => {
    const terminals = PAIRS.map((symbol, index) => configured(`MT5_${index + 1}`, symbol));
    harness = await PoolHarness.start(terminals, { allowSimulator: true });
    simulator = new Simulator({
      gateway: { host: '127.0.0.1', port: harness.port },
      masterSecret: MASTER_SECRET,
      symbolAffix: '.m',
      terminals: terminals.map(({ id, login, symbols }) => ({
        id,
        login,
        symbols: symbols.map(({ name }) => ({ name })),
      })),
    });
    simulator.start();
    await harness.until(() => harness.pool.symbols.every((symbol) => harness.pool.findRoute(symbol) !== undefined));
    for (const symbol of harness.pool.symbols) {
      const route = harness.pool.route(symbol);
      expect(route).toMatchObject({ brokerSymbol: `${symbol}.m`, simulated: true });
      const request = {
        type: 'rates-by-count',
        symbol: route.brokerSymbol,
        timeframe: 'H1',
        start: 0,
        count: 10,
      } as const;
      expect((await harness.pool.request(route.terminalId, request)).rates).toHaveLength(10);
    }
  });
});

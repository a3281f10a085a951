import 'reflect-metadata';
import { isTimeframe, symbolName, type Candle, Bars } from '../src/market/index.js';
import { engineAnswer } from '../test/naive/agreement.js';
import { GatewayBench, until } from './gateway-bench.js';
import { elapsedMs, median, reportLine } from './measure.js';

/**
 * An answer of 5000 bars from nothing, step by step: the terminal's round trip over loopback with decoding, the engine,
 * the text. In addition the same request to a warm gateway over HTTP: the first one after a bar, and one from the cache.
 */
const BARS = 5000;
const ROUNDS = 40;
const WARM_UP_ROUNDS = 5;
const BUDGET_MS = 60_000;
const START_BUDGET_MS = 60_000;
const SYMBOL = symbolName('EURUSD');
const TIMEFRAMES = ['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1'].filter(isTimeframe);

const bench = new GatewayBench({ SERIES_BARS: '5200' });
try {
  await bench.startDatabase();
  const url = await bench.startGateway();
  const key = await bench.key();
  bench.startTerminals();
  const isLive = () => TIMEFRAMES.every((timeframe) => bench.series.find(SYMBOL, timeframe)?.state === 'live');
  await until(() => isLive() && bench.pool.stats().connected === bench.pool.stats().total, START_BUDGET_MS);
  const times = new Map<string, number[]>();
  const note = (name: string, time: number): unknown => times.set(name, [...(times.get(name) ?? []), time]);
  const route = bench.pool.route(SYMBOL);
  const begin = performance.now();
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS && performance.now() - begin < BUDGET_MS; round++) {
    const timeframe = TIMEFRAMES[(round + WARM_UP_ROUNDS) % TIMEFRAMES.length]!;
    let rates: readonly Candle[] = [];
    const request = { type: 'rates-by-count', symbol: route.brokerSymbol, timeframe, start: 0, count: BARS } as const;
    const roundTrip = await elapsedMs(async () => {
      rates = (await bench.pool.request(route.terminalId, request, { priority: 'urgent' })).rates;
    });
    let answer: unknown;
    const engine = await elapsedMs(() => (answer = engineAnswer(Bars.from(rates), {})));
    const render = await elapsedMs(() => JSON.stringify({ success: true, data: { ohlc: rates, ...Object(answer) } }));
    const path = `${url}/api/v1/indicators/${SYMBOL}/${timeframe}?bars=${BARS}`;
    const ask = async (extra = ''): Promise<void> => {
      const response = await fetch(path + extra, { headers: { 'X-API-Key': key } });
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      await response.arrayBuffer();
    };
    // Fractals of another size for every round: nothing of it was computed before.
    const fresh = await elapsedMs(() => ask(`&fractal_bars=${5 + 2 * ((round + WARM_UP_ROUNDS) % 65)}`));
    await ask();
    const hot = await elapsedMs(() => ask());
    if (round < 0) continue;
    note('terminal round trip and decode', roundTrip);
    note('engine', engine);
    note('render', render);
    note('cold: all three', roundTrip + engine + render);
    note('HTTP, computed for this request', fresh);
    note('HTTP, hot', hot);
  }
  process.stdout.write(`one answer of ${BARS} bars\n`);
  for (const [name, values] of times) process.stdout.write(reportLine(name, values));
  const of = (name: string): number => median(times.get(name) ?? []);
  process.stdout.write(`cold : hot over HTTP = ${(of('cold: all three') / of('HTTP, hot')).toFixed(1)}\n`);
} finally {
  await bench.close();
}

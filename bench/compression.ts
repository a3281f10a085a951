import 'reflect-metadata';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { isTimeframe, symbolName } from '../src/market/index.js';
import { GatewayBench, until } from './gateway-bench.js';
import { elapsedMs, median } from './measure.js';

/**
 * What compression costs and saves on answers of 1000 and 5000 bars: first the levels by themselves, then over HTTP.
 * Every round has fractals of another size and with them a new body: the first request (identity, cold) computes it,
 * the first one in each coding compresses it (cold), and the ones after it only send what is kept (hot).
 */
const SIZES = [1000, 5000];
const ROUNDS = 15;
const START_BUDGET_MS = 60_000;
const SYMBOL = symbolName('EURUSD');
const TIMEFRAME = 'H1';
const CODINGS = ['identity', 'gzip', 'br'] as const;

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);
const brotli = (quality: number) => (body: Buffer) =>
  brotliAsync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
  });

const LEVELS: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  ...Object.fromEntries([1, 4, 5, 6].map((level) => [`gzip ${level}`, (body: Buffer) => gzipAsync(body, { level })])),
  ...Object.fromEntries([1, 3, 4, 5].map((quality) => [`br ${quality}`, brotli(quality)])),
};

function report(name: string, bytes: number, of: number, times: readonly number[]): void {
  const ratio = (of / bytes).toFixed(2);
  const best = `${Math.min(...times)
    .toFixed(2)
    .padStart(8)} ms best`;
  const middle = `${median(times).toFixed(2).padStart(8)} ms median of ${times.length}`;
  process.stdout.write(
    `  ${name.padEnd(15)} ${String(bytes).padStart(8)} bytes ${ratio.padStart(5)} : 1 ${best} ${middle}\n`,
  );
}

const bench = new GatewayBench({ SERIES_BARS: '5200' });
try {
  await bench.startDatabase();
  const url = await bench.startGateway();
  const key = await bench.key();
  bench.startTerminals();
  await until(() => isTimeframe(TIMEFRAME) && bench.series.find(SYMBOL, TIMEFRAME)?.state === 'live', START_BUDGET_MS);

  /** A client that decodes nothing. */
  const ask = async (query: string, coding: string): Promise<Buffer> => {
    const headers = { 'x-api-key': key, 'accept-encoding': coding };
    const path = `/api/v1/indicators/${SYMBOL}/${TIMEFRAME}?${query}`;
    const [response] = (await once(get(url + path, { headers }), 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    const { 'content-encoding': sent = 'identity' } = response.headers;
    if (response.statusCode !== 200 || sent !== coding) throw new Error(`${path}: ${response.statusCode} in ${sent}`);
    return Buffer.concat(parts);
  };

  for (const bars of SIZES) {
    const body = await ask(`bars=${bars}`, 'identity');
    process.stdout.write(`an answer of ${bars} bars: ${body.length} bytes\n by level\n`);
    for (const [name, compress] of Object.entries(LEVELS)) {
      const times: number[] = [];
      let bytes = 0;
      for (let round = 0; round < ROUNDS; round++) {
        times.push(await elapsedMs(async () => (bytes = (await compress(body)).length)));
      }
      report(name, bytes, body.length, times);
    }
    process.stdout.write(' over HTTP\n');
    const cold = new Map<string, number[]>(CODINGS.map((coding) => [coding, []]));
    const hot = new Map<string, number[]>(CODINGS.map((coding) => [coding, []]));
    const bytes = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const query = `bars=${bars}&fractal_bars=${5 + 2 * round}`;
      for (const times of [cold, hot]) {
        for (const coding of CODINGS) {
          const time = await elapsedMs(async () => bytes.set(coding, (await ask(query, coding)).length));
          times.get(coding)?.push(time);
        }
      }
    }
    const whole = bytes.get('identity') ?? 0;
    for (const coding of CODINGS) {
      report(`${coding}, cold`, bytes.get(coding) ?? 0, whole, cold.get(coding) ?? []);
      report(`${coding}, hot`, bytes.get(coding) ?? 0, whole, hot.get(coding) ?? []);
    }
  }
} finally {
  await bench.close();
}

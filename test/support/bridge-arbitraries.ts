import fc from 'fast-check';
import { type Hello, type SymbolListItem, type Welcome, type WireRate } from '../../src/bridge/index.js';
import {
  BRIDGE_ERROR_CODES,
  GOAWAY_REASONS,
  REJECT_REASONS,
  type BufferColumn,
  type IndicatorParameter,
  type MessageOf,
  type MessageType,
  type WireMessage,
} from '../../src/bridge/messages.js';

/** Values of every message within the limits of docs/bridge-protocol.md, for property tests. */

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const count64 = fc.maxSafeNat();
const f64 = fc.double({ noNaN: true, noDefaultInfinity: true });
const nonce = fc.uint8Array({ minLength: 32, maxLength: 32 });
const words = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', '.'));
const utcOffsetSeconds = fc.integer({ min: -86_400, max: 86_400 });

export const rate: fc.Arbitrary<WireRate> = fc.record({
  time: count64,
  open: f64,
  high: f64,
  low: f64,
  close: f64,
  tickVolume: count64,
  spread: i32,
  realVolume: count64,
});

const series = { symbol: words, timeframe: words };

const parameter: fc.Arbitrary<IndicatorParameter> = fc.oneof(
  fc.record({ type: fc.constant('int' as const), value: i32 }),
  fc.record({ type: fc.constantFrom('long' as const, 'datetime' as const), value: fc.maxSafeInteger() }),
  fc.record({ type: fc.constant('color' as const), value: u32 }),
  fc.record({ type: fc.constant('double' as const), value: f64 }),
  fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ type: fc.constant('string' as const), value: words }),
);

const listItem: fc.Arbitrary<SymbolListItem> = fc.record({
  symbol: words,
  description: words,
  digits: fc.integer({ min: 0, max: 16 }),
  contractSize: f64,
  baseCurrency: words,
  profitCurrency: words,
  tradable: fc.boolean(),
});

/** Any double that is a value; NaN stands for none. */
const cell = fc.oneof(
  fc.constant(Number.NaN),
  f64.filter((value) => value !== Number.MAX_VALUE),
);

/** Indicator rows of which `rows` many are there. */
export function buffersOf(rows: fc.Arbitrary<number>): fc.Arbitrary<MessageOf<'buffers'>> {
  const numbers = fc.array(fc.integer({ min: 0, max: 511 }), { minLength: 1, maxLength: 8 });
  return fc.tuple(rows, numbers).chain(([length, buffers]) =>
    fc
      .tuple(
        fc.array(count64, { minLength: length, maxLength: length }),
        fc.tuple(...buffers.map(() => fc.array(cell, { minLength: length, maxLength: length }))),
      )
      .map(([times, columns]) => ({
        type: 'buffers' as const,
        times: Float64Array.from(times),
        columns: buffers.map((buffer, index): BufferColumn => ({
          buffer,
          values: Float64Array.from(columns[index] ?? []),
        })),
      })),
  );
}

export const hello: fc.Arbitrary<Hello> = fc.record({
  type: fc.constant('hello' as const),
  terminalId: words,
  login: count64,
  brokerServer: words,
  company: words,
  program: words,
  terminalBuild: u32,
  utcOffsetSeconds,
  capabilities: fc.record({
    indicators: fc.boolean(),
    push: fc.boolean(),
    restart: fc.boolean(),
    simulated: fc.boolean(),
  }),
  clientNonce: nonce,
});

export const welcome: fc.Arbitrary<Welcome> = fc.record({
  type: fc.constant('welcome' as const),
  epoch: count64,
  heartbeatMs: u32,
  maxFrameBytes: u32,
});

type Unsigned = Exclude<MessageType, 'hello' | 'welcome'>;

const fields: { readonly [T in Unsigned]: fc.Arbitrary<Omit<MessageOf<T>, 'type'>> } = {
  challenge: fc.record({ serverNonce: nonce }),
  reject: fc.record({ reason: fc.constantFrom(...REJECT_REASONS), message: words, retryAfterMs: u32 }),
  heartbeat: fc.record({
    serverTimeMs: count64,
    clockRate: fc.double({ min: 0, max: 100_000, noNaN: true }),
    utcOffsetSeconds,
    brokerConnected: fc.boolean(),
    pingMicros: u32,
    memoryMb: u32,
    queueDepth: u32,
    lastTickMs: count64,
    lastError: i32,
    login: count64,
  }),
  'gateway-heartbeat': fc.record({ gatewayTimeMs: count64 }),
  busy: fc.record({ durationMs: fc.integer({ min: 0, max: 120_000 }) }),
  goaway: fc.record({ reason: fc.constantFrom(...GOAWAY_REASONS), message: words, retryAfterMs: u32 }),
  'rates-by-count': fc.record({ ...series, start: u32, count: fc.integer({ min: 1, max: 100_000 }) }),
  'rates-by-range': fc.record({ ...series, from: count64, to: count64 }),
  'indicator-buffers': fc.record({
    ...series,
    indicator: words,
    parameters: fc.array(parameter, { maxLength: 64 }),
    buffers: fc.array(fc.integer({ min: 0, max: 511 }), { minLength: 1, maxLength: 64 }),
    count: fc.integer({ min: 1, max: 100_000 }),
  }),
  account: fc.record({}),
  symbols: fc.record({}),
  symbol: fc.record({ symbol: words }),
  subscribe: fc.record(series),
  unsubscribe: fc.record(series),
  restart: fc.record({}),
  rates: fc.record({
    rates: fc.array(rate, { maxLength: 20 }),
    lastForming: fc.boolean(),
    reachesStart: fc.boolean(),
  }),
  buffers: buffersOf(fc.integer({ min: 0, max: 20 })),
  'account-info': fc.record({
    login: count64,
    brokerServer: words,
    company: words,
    name: words,
    currency: words,
    tradeMode: fc.constantFrom('demo' as const, 'contest' as const, 'real' as const),
    leverage: u32,
    balance: f64,
    equity: f64,
    brokerConnected: fc.boolean(),
  }),
  'symbol-list': fc.record({ symbols: fc.array(listItem, { maxLength: 10 }) }),
  'symbol-info': fc
    .record({
      item: listItem,
      path: words,
      point: f64,
      sessions: fc.array(
        fc.record({
          weekday: fc.integer({ min: 0, max: 6 }),
          from: fc.integer({ min: 0, max: 86_400 }),
          to: fc.integer({ min: 0, max: 86_400 }),
        }),
        { maxLength: 10 },
      ),
      earliest: fc.dictionary(words, count64, { maxKeys: 10, noNullPrototype: true }),
    })
    .map(({ item, ...rest }) => ({ ...item, ...rest })),
  subscribed: fc.record({ sequence: u32 }),
  ok: fc.record({}),
  error: fc.record({
    code: fc.constantFrom(...BRIDGE_ERROR_CODES),
    terminalCode: i32,
    message: words,
    retryAfterMs: u32,
  }),
  bar: fc.record({
    ...series,
    sequence: u32,
    closed: fc.array(rate, { maxLength: 5 }),
    forming: fc.option(rate, { nil: undefined }),
  }),
  'history-changed': fc.record({ ...series, from: count64 }),
  'symbols-changed': fc.record({}),
};

/** Every message but the two signed ones, by type. */
export const unsignedTypes = Object.keys(fields) as Unsigned[];

/** One message of the given type. */
export function messageOf(type: Unsigned): fc.Arbitrary<Exclude<WireMessage, Hello | Welcome>> {
  return fields[type].map((values) => ({ type, ...values }) as Exclude<WireMessage, Hello | Welcome>);
}

/** Any message but the two signed ones. */
export const anyMessage = fc.constantFrom(...unsignedTypes).chain(messageOf);

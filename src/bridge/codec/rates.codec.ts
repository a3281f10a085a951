import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { ROWS_PER_CHUNK } from '../limits.js';
import type { BarPush, HistoryChanged, Rates, WireRate } from '../messages.js';
import { readSeries, writeSeries } from './request.codec.js';

const LAST_FORMING = 1;
const REACHES_START = 2;

/** One chunk; the whole answer is the same message with more rows. */
export function writeRates(writer: BufferWriter, message: Rates): void {
  writer.u8((message.lastForming ? LAST_FORMING : 0) | (message.reachesStart ? REACHES_START : 0));
  writeRateList(writer, message.rates);
}

export function readRates(reader: BufferReader): Rates {
  const flags = reader.u8(LAST_FORMING | REACHES_START);
  return {
    type: 'rates',
    rates: readRateList(reader),
    lastForming: (flags & LAST_FORMING) !== 0,
    reachesStart: (flags & REACHES_START) !== 0,
  };
}

export function writeBar(writer: BufferWriter, message: BarPush): void {
  writeSeries(writer, message);
  writer.u32(message.sequence);
  writer.bool(message.forming !== undefined);
  if (message.forming !== undefined) writeRate(writer, message.forming);
  writeRateList(writer, message.closed);
}

export function readBar(reader: BufferReader): BarPush {
  return {
    type: 'bar',
    ...readSeries(reader),
    sequence: reader.u32(),
    forming: reader.bool() ? readRate(reader) : undefined,
    closed: readRateList(reader),
  };
}

export function writeHistoryChanged(writer: BufferWriter, message: HistoryChanged): void {
  writeSeries(writer, message);
  writer.count64(message.from);
}

export function readHistoryChanged(reader: BufferReader): HistoryChanged {
  return { type: 'history-changed', ...readSeries(reader), from: reader.count64() };
}

function writeRateList(writer: BufferWriter, rates: readonly WireRate[]): void {
  writer.u16(rates.length, ROWS_PER_CHUNK);
  for (const rate of rates) writeRate(writer, rate);
}

function readRateList(reader: BufferReader): WireRate[] {
  return reader.list(reader.u16(ROWS_PER_CHUNK), readRate);
}

/** Field by field in the order of MqlRates: the format must not hang on any compiler's layout. */
function writeRate(writer: BufferWriter, rate: WireRate): void {
  writer.count64(rate.time);
  writer.f64(rate.open);
  writer.f64(rate.high);
  writer.f64(rate.low);
  writer.f64(rate.close);
  writer.count64(rate.tickVolume);
  writer.i32(rate.spread);
  writer.count64(rate.realVolume);
}

function readRate(reader: BufferReader): WireRate {
  return {
    time: reader.count64(),
    open: reader.f64(),
    high: reader.f64(),
    low: reader.f64(),
    close: reader.f64(),
    tickVolume: reader.count64(),
    spread: reader.i32(),
    realVolume: reader.count64(),
  };
}

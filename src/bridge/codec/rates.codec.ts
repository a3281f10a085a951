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
  const series = readSeries(reader);
  const named = reader.problem === undefined;
  const sequence = reader.u32();
  const forming = reader.bool() ? readRate(reader) : undefined;
  const closed = readRateList(reader);
  const fault = named ? reader.takeProblem() : undefined;
  if (fault !== undefined) return { type: 'bar', ...series, sequence, forming: undefined, closed: [], fault };
  return { type: 'bar', ...series, sequence, forming, closed };
}

export function writeHistoryChanged(writer: BufferWriter, message: HistoryChanged): void {
  writeSeries(writer, message);
  writer.count64(message.from);
}

export function readHistoryChanged(reader: BufferReader): HistoryChanged {
  const series = readSeries(reader);
  const named = reader.problem === undefined;
  const from = reader.count64();
  const fault = named ? reader.takeProblem() : undefined;
  // An impossible time means that everything may have changed.
  return { type: 'history-changed', ...series, ...(fault === undefined ? { from } : { from: 0, fault }) };
}

function writeRateList(writer: BufferWriter, rates: readonly WireRate[]): void {
  writer.u16(rates.length, ROWS_PER_CHUNK);
  for (const rate of rates) writeRate(writer, rate);
}

function readRateList(reader: BufferReader): WireRate[] {
  return reader.list(reader.u16(ROWS_PER_CHUNK), readRate);
}

/** Field by field in the order of MqlRates, so that the format does not depend on a compiler's layout. */
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
  return reader.item(readRateFields, ({ time }) => `in the bar of ${time}`);
}

function readRateFields(reader: BufferReader): WireRate {
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

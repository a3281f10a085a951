import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { MAX_ANSWER_ROWS, MAX_BUFFER_NUMBER, MAX_BUFFERS, MAX_PARAMETERS } from '../limits.js';
import type { IndicatorBuffers, IndicatorParameter, RatesByCount, RatesByRange, SymbolRequest } from '../messages.js';

/** The supported types of MqlParam; order = number on the wire, counted from 1. */
const PARAMETER_TYPES = ['int', 'long', 'datetime', 'color', 'double', 'bool', 'string'] as const;

export function writeRatesByCount(writer: BufferWriter, message: RatesByCount): void {
  writeSeries(writer, message);
  writer.u32(message.start);
  writer.u32(message.count, MAX_ANSWER_ROWS);
}

export function readRatesByCount(reader: BufferReader): RatesByCount {
  return { type: 'rates-by-count', ...readSeries(reader), start: reader.u32(), count: readCount(reader) };
}

export function writeRatesByRange(writer: BufferWriter, message: RatesByRange): void {
  writeSeries(writer, message);
  writer.count64(message.from);
  writer.count64(message.to);
}

export function readRatesByRange(reader: BufferReader): RatesByRange {
  return { type: 'rates-by-range', ...readSeries(reader), from: reader.count64(), to: reader.count64() };
}

export function writeIndicatorBuffers(writer: BufferWriter, message: IndicatorBuffers): void {
  writeSeries(writer, message);
  writer.text(message.indicator);
  writer.u32(message.count, MAX_ANSWER_ROWS);
  writer.u8(message.buffers.length, MAX_BUFFERS);
  for (const buffer of message.buffers) writer.u16(buffer, MAX_BUFFER_NUMBER);
  writer.u8(message.parameters.length, MAX_PARAMETERS);
  for (const parameter of message.parameters) writeParameter(writer, parameter);
}

export function readIndicatorBuffers(reader: BufferReader): IndicatorBuffers {
  return {
    type: 'indicator-buffers',
    ...readSeries(reader),
    indicator: reader.text(),
    count: readCount(reader),
    buffers: readBufferNumbers(reader),
    parameters: reader.list(reader.u8(MAX_PARAMETERS), readParameter),
  };
}

/** A u8 count, then as many buffer numbers of an indicator. */
export function readBufferNumbers(reader: BufferReader): number[] {
  const numbers = reader.list(reader.u8(MAX_BUFFERS), () => reader.u16(MAX_BUFFER_NUMBER));
  if (numbers.length === 0) reader.refuse('no buffer is asked for');
  return numbers;
}

function writeParameter(writer: BufferWriter, parameter: IndicatorParameter): void {
  writer.choice(PARAMETER_TYPES, parameter.type);
  switch (parameter.type) {
    case 'int':
      return writer.i32(parameter.value);
    case 'long':
    case 'datetime':
      return writer.i64(parameter.value);
    case 'color':
      return writer.u32(parameter.value);
    case 'double':
      return writer.f64(parameter.value);
    case 'bool':
      return writer.bool(parameter.value);
    case 'string':
      return writer.text(parameter.value);
  }
}

function readParameter(reader: BufferReader): IndicatorParameter {
  const type = reader.choice(PARAMETER_TYPES);
  if (type === 'bool') return { type, value: reader.bool() };
  if (type === 'string') return { type, value: reader.text() };
  return { type, value: READ_NUMBER[type](reader) };
}

const READ_NUMBER = {
  int: (reader: BufferReader) => reader.i32(),
  long: (reader: BufferReader) => reader.i64(),
  datetime: (reader: BufferReader) => reader.i64(),
  color: (reader: BufferReader) => reader.u32(),
  double: (reader: BufferReader) => reader.f64(),
};

export function writeSymbolRequest(writer: BufferWriter, message: SymbolRequest): void {
  writer.name(message.symbol);
}

export function readSymbolRequest(reader: BufferReader): SymbolRequest {
  return { type: 'symbol', symbol: reader.name() };
}

/** The series of a message; begins most messages about one. */
export interface SeriesName {
  readonly symbol: string;
  readonly timeframe: string;
}

export function writeSeries(writer: BufferWriter, message: SeriesName): void {
  writer.name(message.symbol);
  writer.name(message.timeframe);
}

export function readSeries(reader: BufferReader): SeriesName {
  return { symbol: reader.name(), timeframe: reader.name() };
}

function readCount(reader: BufferReader): number {
  const count = reader.u32(MAX_ANSWER_ROWS);
  if (count === 0) reader.refuse('a count of 0');
  return count;
}

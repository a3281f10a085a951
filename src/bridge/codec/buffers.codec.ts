import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { MAX_BUFFER_NUMBER, MAX_BUFFERS, ROWS_PER_CHUNK } from '../limits.js';
import type { BufferColumn, Buffers } from '../messages.js';
import { readBufferNumbers } from './request.codec.js';

/** MetaTrader's mark for an empty cell; other plots use 0.0, so the wire has a mask and never this number. */
export const EMPTY_VALUE = Number.MAX_VALUE;

/**
 * One chunk. A column is a mask, one bit per row (the lowest bit of a byte first, 1 = there is a value), then only the
 * present values: fractals have one in twenty cells, lines often none.
 */
export function writeBuffers(writer: BufferWriter, message: Buffers): void {
  const rows = message.times.length;
  writer.u16(rows, ROWS_PER_CHUNK);
  writer.u8(message.columns.length, MAX_BUFFERS);
  for (const column of message.columns) writer.u16(column.buffer, MAX_BUFFER_NUMBER);
  for (const time of message.times) writer.count64(time);
  for (const column of message.columns) {
    if (column.values.length !== rows)
      writer.fail(`buffer ${column.buffer} has ${column.values.length} of ${rows} rows`);
    writeColumn(writer, column.values);
  }
}

export function readBuffers(reader: BufferReader): Buffers {
  const rows = reader.u16(ROWS_PER_CHUNK);
  const numbers = readBufferNumbers(reader);
  const times = new Float64Array(rows);
  for (let row = 0; row < rows; row++) times[row] = reader.count64();
  const columns = numbers.map((buffer): BufferColumn => ({ buffer, values: readColumn(reader, rows) }));
  return { type: 'buffers', times, columns };
}

function writeColumn(writer: BufferWriter, values: Float64Array): void {
  const mask = Buffer.alloc(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (isValue(value)) mask[row >> 3] = (mask[row >> 3] ?? 0) | (1 << (row & 7));
  });
  writer.bytes(mask, mask.length);
  for (const value of values) if (isValue(value)) writer.f64(value);
}

function readColumn(reader: BufferReader, rows: number): Float64Array {
  const mask = reader.bytes(Math.ceil(rows / 8));
  if ((rows & 7) !== 0 && (mask[rows >> 3] ?? 0) >> (rows & 7) !== 0)
    reader.refuse('the mask has bits after the last row');
  const values = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    if ((((mask[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) continue;
    const value = reader.f64();
    if (!isValue(value)) reader.refuse('EMPTY_VALUE is not a value: clear its bit in the mask');
    values[row] = value;
  }
  return values;
}

function isValue(value: number): boolean {
  return Number.isFinite(value) && value !== EMPTY_VALUE;
}

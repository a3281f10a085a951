import { ContentError } from './bridge.errors.js';
import { CHUNK_BYTES, MAX_ANSWER_ROWS, ROWS_PER_CHUNK, SYMBOLS_PER_CHUNK } from './limits.js';
import type { BridgeResponse, BufferColumn, Buffers, Rates, SymbolList } from './messages.js';

/** Cuts an answer into chunks: the same message with fewer rows each, at least one. */
export function splitRows(answer: BridgeResponse): BridgeResponse[] {
  if (answer.type === 'rates') return splitRates(answer);
  if (answer.type === 'buffers') return splitBuffers(answer);
  if (answer.type === 'symbol-list') return splitSymbols(answer);
  return [answer];
}

function splitSymbols({ type, symbols }: SymbolList): SymbolList[] {
  return spans(symbols.length, SYMBOLS_PER_CHUNK).map(([from, to]) => ({ type, symbols: symbols.slice(from, to) }));
}

/** The two facts about the whole answer are in its last chunk only. */
function splitRates(answer: Rates): Rates[] {
  return spans(answer.rates.length, ROWS_PER_CHUNK).map(([from, to]) => ({
    type: 'rates',
    rates: answer.rates.slice(from, to),
    lastForming: answer.lastForming && to === answer.rates.length,
    reachesStart: answer.reachesStart && to === answer.rates.length,
  }));
}

function splitBuffers(answer: Buffers): Buffers[] {
  const headBytes = 3 + 2 * answer.columns.length;
  // A row takes its time, and per column a value and a bit (rounded up to a byte).
  const rowBytes = 8 + 9 * answer.columns.length;
  const rows = Math.min(ROWS_PER_CHUNK, Math.floor((CHUNK_BYTES - headBytes) / rowBytes));
  return spans(answer.times.length, rows).map(([from, to]) => ({
    type: 'buffers',
    times: answer.times.subarray(from, to),
    columns: answer.columns.map(({ buffer, values }) => ({ buffer, values: values.subarray(from, to) })),
  }));
}

function spans(length: number, size: number): [from: number, to: number][] {
  const count = Math.max(1, Math.ceil(length / size));
  return Array.from({ length: count }, (_, index) => [index * size, Math.min(length, (index + 1) * size)]);
}

/** Joins the chunks of one answer and refuses endless answers. */
export class AnswerCollector {
  private readonly chunks: BridgeResponse[] = [];
  private rows = 0;

  constructor(
    /** Most rows of a correct answer. */
    private readonly maxRows = MAX_ANSWER_ROWS,
  ) {}

  /**
   * Adds the next chunk; returns the whole answer after the last one. An error ends an answer at any point.
   *
   * @throws ContentError when chunks do not fit together or exceed `maxRows`.
   */
  add(chunk: BridgeResponse, more: boolean): BridgeResponse | undefined {
    if (chunk.type === 'error') return chunk;
    const first = this.chunks[0] ?? chunk;
    if (chunk.type !== first.type) throw new ContentError(`bridge protocol: ${chunk.type} within ${first.type}`);
    const rows = rowsOf(chunk);
    if (more && rows === 0)
      throw new ContentError(`bridge protocol: ${chunk.type}: a chunk without rows, but more follow`);
    this.rows += rows;
    if (this.rows > this.maxRows) {
      throw new ContentError(`bridge protocol: ${chunk.type}: more than the ${this.maxRows} rows that were asked for`);
    }
    this.chunks.push(chunk);
    if (more) return undefined;
    return this.chunks.length === 1 ? chunk : joinRows(this.chunks, chunk);
  }
}

function rowsOf(answer: BridgeResponse): number {
  if (answer.type === 'rates') return answer.rates.length;
  if (answer.type === 'buffers') return answer.times.length;
  if (answer.type === 'symbol-list') return answer.symbols.length + (answer.refused?.length ?? 0);
  return 0;
}

/** All chunks are of one type; the last one has the facts about the whole. */
function joinRows(chunks: readonly BridgeResponse[], last: BridgeResponse): BridgeResponse {
  if (last.type === 'rates') return { ...last, rates: (chunks as readonly Rates[]).flatMap((chunk) => chunk.rates) };
  if (last.type === 'buffers') return joinBuffers(chunks as readonly Buffers[], last);
  if (last.type === 'symbol-list') {
    return joinSymbols(chunks as readonly SymbolList[]);
  }
  return last;
}

function joinSymbols(chunks: readonly SymbolList[]): SymbolList {
  const symbols = chunks.flatMap((chunk) => chunk.symbols);
  const refused = chunks.flatMap((chunk) => chunk.refused ?? []);
  return { type: 'symbol-list', symbols, ...(refused.length > 0 && { refused }) };
}

function joinBuffers(chunks: readonly Buffers[], last: Buffers): Buffers {
  const columns = last.columns.map(({ buffer }, index): BufferColumn => {
    const parts = chunks.map((chunk) => chunk.columns[index]);
    const values = parts.map((part) => (part?.buffer === buffer ? part.values : undefined));
    if (values.includes(undefined) || chunks.some((chunk) => chunk.columns.length !== last.columns.length)) {
      throw new ContentError('bridge protocol: buffers: the chunks of one answer have different columns');
    }
    return { buffer, values: concat(values as Float64Array[]) };
  });
  return { type: 'buffers', times: concat(chunks.map((chunk) => chunk.times)), columns };
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

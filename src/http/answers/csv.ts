import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** One value of a table; null is an empty cell. */
export type CsvCell = string | number | null;

/** One row of a table, its cells in the order of the columns. */
export type CsvRow = readonly CsvCell[];

/** Media type of tables. */
export const CSV_CONTENT = 'text/csv';

/** A spreadsheet reads text with such a beginning as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const SPECIAL = /[",\r\n]/;

/** A row as a line of RFC 4180. Texts that a spreadsheet would run as a formula get a leading apostrophe. */
export function csvLine(row: CsvRow): string {
  return `${row.map(cellText).join(',')}\r\n`;
}

/**
 * A table that is sent while it is read, one page in memory at a time. The first page is read before anything is sent,
 * so that a fault still becomes an error answer; a later fault resets the connection.
 */
export async function csvAnswer(
  fileName: string,
  columns: readonly string[],
  pages: AsyncIterable<readonly CsvRow[]>,
): Promise<StreamableFile> {
  const iterator = pages[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* lines(): AsyncGenerator<Buffer> {
    yield Buffer.from(csvLine(columns));
    for (let page = first; page.done !== true; page = await iterator.next()) {
      if (page.value.length > 0) yield Buffer.from(page.value.map(csvLine).join(''));
    }
  }
  return new StreamableFile(Readable.from(lines(), { objectMode: false }), {
    type: `${CSV_CONTENT}; charset=utf-8`,
    disposition: `attachment; filename="${fileName}"`,
  });
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

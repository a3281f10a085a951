import { crc32 } from 'node:zlib';
import { type AuditRow, isAuditRow } from './audit-rows.js';

/** One row as a line of a spool file: eight hexadecimal digits of CRC-32 over what follows, a blank, JSON, a new line. */
export function spoolLine(row: AuditRow): string {
  const text = JSON.stringify(row);
  return `${checksum(text)} ${text}\n`;
}

/** The row of a line (without its new line), or undefined when the line is torn or was changed. */
export function rowOfSpoolLine(line: string): AuditRow | undefined {
  const text = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(text)) return undefined;
  try {
    const row: unknown = JSON.parse(text);
    return isAuditRow(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

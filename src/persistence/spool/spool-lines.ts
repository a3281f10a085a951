import { crc32 } from 'node:zlib';

/** A line of a spool file: eight hexadecimal digits of CRC-32 over the JSON, a blank, the JSON, a new line. */
export function spoolLine(value: unknown): string {
  const text = JSON.stringify(value);
  return `${checksum(text)} ${text}\n`;
}

/** The value of a line without its new line; undefined when the line is torn or was changed. */
export function valueOfSpoolLine(line: string): unknown {
  const text = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

import type { IncomingMessage } from 'node:http';
import { InvalidParameterError, type ParameterFault } from '../problems/http.errors.js';

/** Headers of which Node silently keeps the first where several are sent: a proxy in front may have read another. */
const SINGLE_HEADERS: ReadonlyMap<string, string> = new Map([
  ['host', 'Host'],
  ['authorization', 'Authorization'],
  ['content-type', 'Content-Type'],
]);
/** The characters of a host and a port (RFC 3986, section 3.2). */
const HOST = /^[A-Za-z0-9\-._~!$&'()*+,;=:%[\]]*$/;

/**
 * Checks what Node itself does not: HTTP/1.1 needs exactly one Host (RFC 9112, section 3.2), no header that counts once
 * is repeated, and `chunked` is the only transfer coding.
 */
export function headFault({ httpVersion, headers, rawHeaders }: IncomingMessage): InvalidParameterError | undefined {
  const faults: ParameterFault[] = [];
  const repeated = repeatedHeaders(rawHeaders);
  for (const name of repeated) faults.push({ parameter: name, message: 'must be sent once' });
  const { host, 'transfer-encoding': coding } = headers;
  if (httpVersion === '1.1' && host === undefined) faults.push({ parameter: 'Host', message: 'must be sent' });
  if (host !== undefined && !HOST.test(host))
    faults.push({ parameter: 'Host', message: 'must be a host name or an address, with or without a port' });
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    faults.push({ parameter: 'Transfer-Encoding', message: 'must be chunked' });
  return faults.length === 0 ? undefined : new InvalidParameterError(faults);
}

/** `rawHeaders` holds names and values in turn. */
function repeatedHeaders(rawHeaders: readonly string[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = SINGLE_HEADERS.get(rawHeaders[index]!.toLowerCase());
    if (name === undefined) continue;
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  return [...repeated];
}

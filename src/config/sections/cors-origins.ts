import type { Faults } from '../environment/faults.js';

const EVERY_ORIGIN = '*';

/**
 * Origins exactly as browsers send them: scheme, host in lower case, and a port unless it is the scheme's default.
 * Anything else would never match and is a fault, named by its place in the list.
 */
export function readCorsOrigins(text: string | undefined, faults: Faults): '*' | readonly string[] {
  if (text === undefined) return [];
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length === 1 && entries[0] === EVERY_ORIGIN) return EVERY_ORIGIN;
  for (const [index, entry] of entries.entries()) {
    const fault = faultOf(entry, entries.indexOf(entry) < index);
    if (fault !== undefined) faults.add(`CORS_ORIGINS: entry ${index + 1} ${fault}`);
  }
  return entries;
}

function faultOf(entry: string, repeated: boolean): string | undefined {
  if (entry === EVERY_ORIGIN) return 'is *, which must be the only one';
  if (!isOrigin(entry)) {
    return 'must be an origin as browsers send it, such as https://app.example.com or http://localhost:3000: http or https, lower case, no path, no final slash, no default port';
  }
  return repeated ? 'is there twice' : undefined;
}

const SHAPE = /^https?:\/\/(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]+)?$/;

function isOrigin(entry: string): boolean {
  return SHAPE.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry;
}

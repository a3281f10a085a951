import { readFileSync } from 'node:fs';

/**
 * Most files and sockets that this process may have open; undefined where the system does not tell (no `/proc`). Node
 * raises its soft limit to the hard one at start, so the number that is read here is the one that counts.
 */
export function readDescriptorLimit(file = '/proc/self/limits'): number | undefined {
  try {
    return parseDescriptorLimit(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The soft limit in a text of the form of `/proc/self/limits`; `unlimited` needs no cap and counts as unknown. */
export function parseDescriptorLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

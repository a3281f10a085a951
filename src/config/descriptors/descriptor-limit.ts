import { readFileSync } from 'node:fs';

/**
 * Limit of open files and sockets of this process; undefined where the system does not report it (no `/proc`). Node
 * raises its soft limit to the hard one at start, so this number is the effective one.
 */
export function readDescriptorLimit(file = '/proc/self/limits'): number | undefined {
  try {
    return parseDescriptorLimit(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Parses the soft limit of `/proc/self/limits`; `unlimited` needs no cap and counts as unknown. */
export function parseDescriptorLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

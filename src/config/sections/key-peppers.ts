import type { AccessEnvironment } from './environment.js';
import type { KeyPepper } from '../settings.js';

const NEWEST = 32_767;

/** KEY_PEPPER is version 1, KEY_PEPPERS holds what came after; newest first. A text of the wrong form has its fault already. */
export function readKeyPeppers(
  { KEY_PEPPER: first, KEY_PEPPERS: later }: Pick<AccessEnvironment, 'KEY_PEPPER' | 'KEY_PEPPERS'>,
  faults: { add(fault: string): void },
): readonly KeyPepper[] {
  const peppers = new Map([[1, first]]);
  for (const entry of later?.split(',') ?? []) {
    const colon = entry.indexOf(':');
    const version = Number(entry.slice(0, colon));
    // Texts are never repeated here: they are secrets.
    if (!(version >= 2 && version <= NEWEST)) faults.add(`KEY_PEPPERS must number its peppers from 2 to ${NEWEST}`);
    else if (peppers.has(version)) faults.add(`KEY_PEPPERS names version ${version} twice`);
    else peppers.set(version, entry.slice(colon + 1));
  }
  return [...peppers].map(([version, secret]) => ({ version, secret })).sort((a, b) => b.version - a.version);
}

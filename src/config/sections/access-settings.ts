import type { Faults } from '../environment/faults.js';
import { section, settingsOf, type Values } from '../environment/section.js';
import { integer, text } from '../environment/variable.js';

const MAX_PEPPER_VERSION = 32_767;

export const ACCESS = section('Keys', {
  pepper: text('KEY_PEPPER', {
    about: 'Mixed into the stored hashes of API keys (version 1). Changing it makes the keys made with it invalid.',
    form: 'at least 32 characters',
    minLength: 32,
    required: true,
    secret: true,
  }),
  peppers: text('KEY_PEPPERS', {
    about: 'Newer peppers by version; new keys take the highest, older keys stay valid while theirs is kept.',
    form: `a list such as 3:…,2:… of versions from 2 to ${MAX_PEPPER_VERSION}, each with at least 32 characters without comma`,
    pattern: /^[0-9]{1,5}:[^,]{32,}(,[0-9]{1,5}:[^,]{32,})*$/,
    secret: true,
    unset: 'only KEY_PEPPER',
  }),
  failedAuthPerMinute: integer('FAILED_AUTH_PER_MINUTE', {
    about: 'Requests of one address without a valid key; later ones get 429, those with a valid key never do.',
    range: [1, 100_000, 'requests a minute'],
    default: 60,
  }),
});

/** A secret under which keys are hashed. */
export interface KeyPepper {
  /** Stored with each hash; 1 to 32767. */
  readonly version: number;
  /** At least 32 characters. Secret. */
  readonly secret: string;
}

/** API keys. New keys use the first pepper, existing keys also the others. */
export class AccessSettings extends settingsOf(ACCESS, ({ pepper, peppers, ...values }, faults) => ({
  ...values,
  keyPeppers: readKeyPeppers({ pepper, peppers }, faults),
})) {}

/**
 * Version 1 is KEY_PEPPER, later versions are in KEY_PEPPERS; newest first. A text of the wrong form has its fault
 * already.
 */
function readKeyPeppers(
  { pepper, peppers: later }: Pick<Values<typeof ACCESS>, 'pepper' | 'peppers'>,
  faults: Faults,
): readonly KeyPepper[] {
  const peppers = new Map([[1, pepper]]);
  for (const entry of later?.split(',') ?? []) {
    const colon = entry.indexOf(':');
    const version = Number(entry.slice(0, colon));
    // Faults never repeat the texts, which are secrets.
    if (!(version >= 2 && version <= MAX_PEPPER_VERSION)) {
      faults.add(`KEY_PEPPERS must number its peppers from 2 to ${MAX_PEPPER_VERSION}`);
    } else if (peppers.has(version)) faults.add(`KEY_PEPPERS names version ${version} twice`);
    else peppers.set(version, entry.slice(colon + 1));
  }
  return [...peppers].map(([version, secret]) => ({ version, secret })).sort((a, b) => b.version - a.version);
}

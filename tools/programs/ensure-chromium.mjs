/** Chromium for the tests: an admin's day is walked through in a real browser. */
import { ensureDebianProgram } from '../toolchain/debian-program.mjs';

/** True when it can be used. */
export const ensureChromium = () =>
  ensureDebianProgram({ name: 'Chromium', debianPackage: 'chromium', programs: ['chromium'] });

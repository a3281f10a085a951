/** git for the tests: a demo runs in a checkout, and git says what it would stage. */
import { ensureDebianProgram } from '../toolchain/debian-program.mjs';

/** True when it can be used. */
export const ensureGit = () => ensureDebianProgram({ name: 'git', debianPackage: 'git', programs: ['git'] });

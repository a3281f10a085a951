/** g++ and gcov for the tests: the MQL5 programs are translated to C++ and run without MetaTrader. */
import { ensureDebianProgram } from '../toolchain/debian-program.mjs';

/** True when they can be used. */
export const ensureGpp = () => ensureDebianProgram({ name: 'g++', debianPackage: 'g++', programs: ['g++', 'gcov'] });

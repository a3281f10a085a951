/** PgBouncer for the tests: stores and migrations are tried through a real one in transaction mode. */
import { ensureDebianProgram } from '../toolchain/debian-program.mjs';

/** True when it can be used. */
export const ensurePgbouncer = () =>
  ensureDebianProgram({ name: 'PgBouncer', debianPackage: 'pgbouncer', programs: ['pgbouncer'] });

/** Prometheus for the tests: rules are tried by promtool, dashboards and alerts by a real server. */
import { ensureDebianProgram } from '../toolchain/debian-program.mjs';

/** True when it can be used. */
export const ensurePrometheus = () =>
  ensureDebianProgram({ name: 'Prometheus', debianPackage: 'prometheus', programs: ['prometheus', 'promtool'] });

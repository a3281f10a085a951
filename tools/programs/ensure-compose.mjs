/** Docker's compose program for the tests: it reads docker/compose.yml as an operator's host does. No engine is needed. */
import { spawnSync } from 'node:child_process';
import { ensureDebianProgram } from '../toolchain/debian-program.mjs';

const hasPlugin = () => spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;

/** True when it can be used. */
export const ensureCompose = () =>
  hasPlugin() ||
  ensureDebianProgram({ name: 'docker-compose', debianPackage: 'docker-compose', programs: ['docker-compose'] });

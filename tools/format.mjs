/** `npm run format`: brings every file into the house format. */
import { spawnSync } from 'node:child_process';
import { root } from './toolchain/paths.mjs';
import { formatCommand } from './toolchain/steps.mjs';

const { status } = spawnSync(process.execPath, [...formatCommand, '--write'], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;

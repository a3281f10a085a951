/** `npm run dev`: recompiles what is saved and restarts the gateway with it. */
import { spawn } from 'node:child_process';
import { compilerArguments } from './toolchain/build.mjs';
import { root } from './toolchain/paths.mjs';

const start = (args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
const children = [
  start([...compilerArguments('dist'), '--watch', '--quiet']),
  start(['--watch', '--watch-preserve-output', '--enable-source-maps', 'dist/src/main.js', ...process.argv.slice(2)]),
];

const stop = (signal) => children.forEach((child) => child.kill(signal));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
for (const child of children) {
  child.on('exit', (code) => {
    stop('SIGTERM');
    process.exitCode ??= code ?? 1;
  });
}

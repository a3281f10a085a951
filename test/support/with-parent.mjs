import { spawn } from 'node:child_process';

/**
 * Runs a server for as long as its own standard input is open, that is: until the test that started it lets go or dies.
 * `node with-parent.mjs <program> <parameters...>`
 */
const [file, ...parameters] = process.argv.slice(2);
const child = spawn(file, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => undefined);
process.stdin.resume();
process.stdin.on('end', () => child.kill('SIGKILL'));

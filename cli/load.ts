/** `npm run load`: puts load on a connection pool of the gateway's kind and judges what it measures. */
import 'reflect-metadata';
import { SystemClock, SystemRandom } from '../src/kernel/index.js';
import { explain } from './explain.js';
import { EXIT, loadCommand } from './load/load-command.js';

const stop = new AbortController();
// A stop may be requested more than once (Ctrl-C reaches every process of a terminal); only the first counts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
process.on('disconnect', () => stop.abort());
// The removal of the servers must not fail because a reader went away (`| head`).
process.stdout.on('error', () => stop.abort());
// Keeps the process alive: the gateway's timers do not, and with the database away nothing else would.
const awake = setInterval(() => undefined, 60_000);

try {
  process.exitCode = await loadCommand(process.argv.slice(2), {
    environment: process.env,
    output: process.stdout,
    terminal: process.stderr,
    clock: new SystemClock(),
    random: new SystemRandom(),
    stop: stop.signal,
  });
} catch (error) {
  explain('load', error);
  process.exitCode = EXIT.unusable;
} finally {
  clearInterval(awake);
}

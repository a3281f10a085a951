/** `npm run load`: puts load on a connection pool of the gateway's kind and judges what it measures. */
import 'reflect-metadata';
import { SystemClock, SystemRandom } from '../src/kernel/index.js';
import { explain } from './explain.js';
import { EXIT, loadCommand } from './load/load-command.js';

const stop = new AbortController();
// The same wish may arrive more than once (Ctrl-C reaches every process of a terminal): it is honoured once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
process.on('disconnect', () => stop.abort());
// A reader that went away (`| head`) must not keep the servers from being removed.
process.stdout.on('error', () => stop.abort());
// The gateway's timers keep no process alive, and with the database away nothing else would.
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

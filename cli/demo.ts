/** `npm run demo`: embedded Postgres, migrations, keys, the gateway and 15 simulated terminals, until it is stopped. */
import 'reflect-metadata';
import { readProcessEnvironment } from '../src/config/index.js';
import { Demo } from './demo/demo.js';
import { explain } from './explain.js';

const stop = new AbortController();
// A stop may be requested more than once (Ctrl-C reaches every process of a terminal); only the first counts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
process.on('disconnect', () => stop.abort());

try {
  await new Demo(await readProcessEnvironment(), stop).run();
} catch (error) {
  explain('demo', error);
}

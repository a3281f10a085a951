/** `npm run conformance`: waits for a bridge and tries every promise of docs/bridge-protocol.md on it. */
import { OperatorError, SystemClock, SystemRandom } from '../src/kernel/index.js';
import { ALL_CHECKS } from './checks/all-checks.js';
import { helpText } from './option-table.js';
import { type Command, parseOptions } from './options.js';
import { jsonReport, resultLine, summaryLine } from './report.js';
import { runSuite } from './suite.js';

const UNUSABLE = 2;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => (stop.signal.aborted ? process.exit(1) : stop.abort()));
}
// Timers of the clock do not keep a process alive, and nothing else may do so between two dials.
const awake = setInterval(() => undefined, 60_000);

try {
  const command = parseOptions(process.argv.slice(2), process.env, new SystemRandom());
  if (command === 'help') process.stdout.write(helpText());
  else if (command === 'list') for (const { id, promise } of ALL_CHECKS) console.log(`${id.padEnd(26)} ${promise}`);
  else process.exitCode = await run(command);
} catch (error) {
  if (!isExpected(error)) throw error;
  console.error(`conformance: ${error.message}`);
  process.exitCode = UNUSABLE;
} finally {
  clearInterval(awake);
}

async function run({ settings, only, json, limitMs, madeUpKey }: Command): Promise<number> {
  const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const tools = { clock: new SystemClock(), random: new SystemRandom() };
  const report = await runSuite(settings, tools, {
    ...{ only, limitMs, stop: stop.signal },
    onListening: (port) => {
      say(`conformance: listening on ${settings.host}:${port}${settings.tls === undefined ? '' : ' with TLS'}`);
      if (madeUpKey !== undefined) say(`conformance: give the bridge this key: ${madeUpKey}`);
    },
    onResult: (result) => say(resultLine(result)),
  });
  say(summaryLine(report));
  if (json) process.stdout.write(jsonReport(report));
  return report.passed ? 0 : 1;
}

/** Whether it is a wrong option, or the operating system's refusal, whose message names the address. */
function isExpected(error: unknown): error is Error {
  if (error instanceof OperatorError) return true;
  return error instanceof Error && ('code' in error || 'syscall' in error);
}

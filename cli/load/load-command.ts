import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Clock, Random } from '../../src/kernel/index.js';
import { describeUrl } from './database-url.js';
import { hasPassed, jsonReport, type ReportHead } from './json-report.js';
import type { LoadOptions } from './load-options.js';
import { LoadTest } from './load-test.js';
import { helpText } from './option-help.js';
import { OwnServers } from './own-servers.js';
import { parseOptions } from './parse-options.js';
import { describePool } from './pool-shape.js';
import { ProgressBar, type Terminal } from './progress-bar.js';
import { textReport } from './text-report.js';

/** Streams, clock and stop signal of the command. */
export interface LoadCommandDeps {
  readonly environment: NodeJS.ProcessEnv;
  /** For the report only. */
  readonly output: { write(text: string): unknown };
  /** For the progress bar. */
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly stop: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

export const EXIT = { passed: 0, missed: 1, unusable: 2, interrupted: 130 } as const;

const GIBIBYTE = 2 ** 30;

/**
 * `npm run load`: reads the options, runs the load and prints the report.
 * @returns the exit code
 * @throws UsageError, LoadTargetError, DatabaseConnectError when the test cannot be run
 */
export async function loadCommand(words: readonly string[], deps: LoadCommandDeps): Promise<number> {
  const options = parseOptions(words, deps.environment);
  if (options === 'help') {
    deps.output.write(helpText());
    return EXIT.passed;
  }
  const servers = new OwnServers();
  try {
    const { target } = options;
    const { url, description } =
      target.kind === 'given'
        ? { url: target.url, description: describeUrl(target.url) }
        : await servers.start(target.pgbouncer);
    return await runAndReport(options, { url, description }, deps);
  } finally {
    await servers.destroy();
  }
}

async function runAndReport(
  options: LoadOptions,
  target: { readonly url: string; readonly description: string },
  { clock, random, stop, terminal, output, onProgress }: LoadCommandDeps,
): Promise<number> {
  const bar = new ProgressBar(terminal, clock);
  const head: ReportHead = {
    target: target.description,
    machine: machine(),
    startedAt: new Date(clock.nowMs()),
    options,
  };
  const test = new LoadTest(options, {
    clock,
    random,
    stop,
    onBegin: (scenario, pool, queries) => bar.begin(`${scenario} ${describePool(pool)}`, queries),
    onProgress: (done, failed) => {
      bar.look(done, failed);
      onProgress?.(done);
    },
  });
  const runs = await test.run(target.url).finally(() => bar.end());
  output.write((options.json ? jsonReport : textReport)(head, runs));
  if (stop.aborted) return EXIT.interrupted;
  return hasPassed(runs) ? EXIT.passed : EXIT.missed;
}

/** Describes the machine, without which a figure means nothing. */
function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / GIBIBYTE)} GiB, Node ${process.versions.node}`;
}

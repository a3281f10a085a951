/**
 * `npm test`: the whole Jest run, then one line `N passed, N failed`. What Jest itself lets pass counts as a failure
 * here: a suite that could not start, no test at all, a run that does not end, a process that outlives the run, and in CI
 * a test that was skipped. `--busy` keeps every core busy meanwhile: no verdict may depend on the speed of the machine.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './programs/ensure-chromium.mjs';
import { ensureCompose } from './programs/ensure-compose.mjs';
import { ensureGit } from './programs/ensure-git.mjs';
import { ensureGpp } from './programs/ensure-gpp.mjs';
import { ensurePgbouncer } from './programs/ensure-pgbouncer.mjs';
import { ensurePrometheus } from './programs/ensure-prometheus.mjs';
import { keepCoresBusy } from './toolchain/busy.mjs';
import { endLeftovers } from './toolchain/leftovers.mjs';
import { root, say } from './toolchain/paths.mjs';
import { jestCommand } from './toolchain/tasks.mjs';

/** Far above what a run takes: it finds one that hangs, and a machine with other work may be five times slower. */
const RUN_LIMIT_MS = 75 * 60_000;
const GRACE_AFTER_RESULTS_MS = 60_000;
const LOOK_EVERY_MS = 500;

const folder = mkdtempSync(join(tmpdir(), 'mt5gw-test-'));
const results = join(folder, 'results.json');
const runId = randomUUID();
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const programs = {
  PgBouncer: ensurePgbouncer(),
  Prometheus: ensurePrometheus(),
  'g++': ensureGpp(),
  git: ensureGit(),
  'docker-compose': ensureCompose(),
  Chromium: ensureChromium(),
};
const words = process.argv.slice(2);
const environment = { ...process.env, TEST_RUN_ID: runId };
const isBusy = words.includes('--busy');
const rest = isBusy ? keepCoresBusy({ limitMs: RUN_LIMIT_MS, env: environment }) : () => undefined;
process.once('exit', rest);
const jest = await runJest(words.filter((word) => word !== '--busy'));
rest();
const faults = [...jest.faults, ...(await leftovers()), ...missingPrograms()];
const { passed, failed } = count(faults);
for (const fault of faults) say(`FAILED: ${fault}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function runJest(args) {
  const child = spawn(process.execPath, [...jestCommand, '--json', `--outputFile=${results}`, ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stopWith = (signal) => () => {
    child.kill(signal);
    setTimeout(() => process.exit(128 + constants.signals[signal]), 5_000).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stopWith(signal));
  const runFaults = [];
  const stopWatching = killWhenStuck(child, runFaults);
  return new Promise((resolve) => {
    const finish = () => {
      stopWatching();
      resolve({ faults: runFaults });
    };
    child.on('error', finish);
    child.on('exit', finish);
  });
}

/** Open handles keep Jest alive after its results: seen here and named, not hidden by a forced exit. */
function killWhenStuck(child, runFaults) {
  const started = performance.now();
  let finishedAt;
  const timer = setInterval(() => {
    const now = performance.now();
    if (existsSync(results)) finishedAt ??= now;
    const fault =
      now - started > RUN_LIMIT_MS
        ? `the run took longer than ${RUN_LIMIT_MS / 60_000} minutes`
        : now - (finishedAt ?? now) > GRACE_AFTER_RESULTS_MS
          ? 'a suite left handles open (socket, timer or child process): Jest did not end after its last test'
          : undefined;
    if (fault === undefined) return;
    runFaults.push(fault);
    clearInterval(timer);
    child.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

async function leftovers() {
  const commands = await endLeftovers(`TEST_RUN_ID=${runId}`);
  return commands.map((command) => `a test left a process running (ended now): ${command}`);
}

function missingPrograms() {
  if (!process.env.CI) return [];
  const missing = Object.keys(programs).filter((name) => !programs[name]);
  return missing.map((name) => `${name} is not installed, and CI must run the tests that need it`);
}

function count(runFaults) {
  if (!existsSync(results)) return { passed: 0, failed: Math.max(1, runFaults.length) };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  if (numPendingTests > 0) say(`${numPendingTests} skipped`);
  // A skipped test proves nothing; a person who leaves some out knows it.
  const skipped = process.env.CI ? numPendingTests : 0;
  const broken = numFailedTests + numRuntimeErrorTestSuites + skipped + runFaults.length;
  return { passed: numPassedTests, failed: numPassedTests + broken === 0 ? 1 : broken };
}

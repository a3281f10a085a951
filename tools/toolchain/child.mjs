import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './paths.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SAME_SIGNAL_MS = 1_000;

/**
 * Runs a program with this process's own streams and sets the exit code to the program's (128 + signal when a signal
 * ended it). Signals go to the program, which decides when to end; this process only ends after it.
 */
export async function runToTheEnd(file, args) {
  const child = spawn(file, ['--import', './tools/toolchain/follow-launcher.mjs', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  forwardSignals(child);
  const launchedByNpm = process.env.npm_lifecycle_event !== undefined;
  const stopFollowing = launchedByNpm ? whenParentDies(() => child.kill('SIGTERM')) : () => undefined;
  const { code, signal } = await ended(child);
  stopFollowing();
  process.exit(code ?? 128 + constants.signals[signal]);
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

/**
 * One request to stop may arrive twice: npm passes signals on, and a terminal gives Ctrl-C to every process itself. The
 * program may still see its own copy in addition to the one passed on, so it must tolerate repeats.
 */
function forwardSignals(child) {
  const lastAt = new Map();
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      if (Date.now() - (lastAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return;
      lastAt.set(signal, Date.now());
      child.kill(signal);
    });
  }
}

/** Calls back once when the process that started this one is gone, which no signal tells. */
export function whenParentDies(callback) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}

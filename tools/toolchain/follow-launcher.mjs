/** Preloaded into every task: when the launcher was killed without a chance to pass it on, the task ends as well. */
import { isMainThread } from 'node:worker_threads';
import { whenParentDies } from './child.mjs';

const LAST_CHANCE_MS = 15_000;

if (isMainThread) {
  whenParentDies(() => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_CHANCE_MS).unref();
  });
}

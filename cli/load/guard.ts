/**
 * Lives as long as its standard input is open, that is as long as the load test. If the load test could not clean up
 * (SIGKILL), the guard ends its servers and removes their folder. `node guard.js <folder> <process id>...`
 */
import { rm } from 'node:fs/promises';

const [folder, ...pids] = process.argv.slice(2);
let isDismissed = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.stdin.on('data', () => {
  isDismissed = true;
});
process.stdin.on('end', () => {
  if (!isDismissed) void cleanUp();
});

async function cleanUp(): Promise<void> {
  for (const pid of pids) {
    try {
      // Postgres calls this an immediate shutdown: its own processes end with it.
      process.kill(Number(pid), 'SIGQUIT');
    } catch {
      // Already ended.
    }
  }
  if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

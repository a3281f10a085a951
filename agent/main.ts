/**
 * The agent as a program: `npm run agent` on a host of terminals, with its settings in the environment or in `.env`. It
 * runs until SIGTERM, SIGINT, or the end of the parent that started it over IPC; then it ends the terminals that it
 * started.
 */
import 'reflect-metadata';
import { loadAgentSettings, readProcessEnvironment } from '../src/config/index.js';
import { explainFailure } from '../src/explain-failure.js';
import { SystemClock, SystemRandom } from '../src/kernel/index.js';
import { HostAgent } from './host-agent.js';
import { SystemProcesses } from './system-processes.js';

// The reader of standard output may end first.
process.stdout.on('error', () => undefined);
const clock = new SystemClock();
const log = (line: string): void => console.log(`${new Date(clock.nowMs()).toISOString()} agent: ${line}`);

try {
  const settings = loadAgentSettings(await readProcessEnvironment());
  const agent = new HostAgent(settings, { clock, random: new SystemRandom(), processes: new SystemProcesses(), log });
  await agent.start();
  runUntilTold(agent);
} catch (error) {
  process.stderr.write(explainFailure('agent', error));
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}

function runUntilTold(agent: HostAgent): void {
  // Timers of the clock do not keep a process alive, and nothing else may do so between two starts.
  const alive = setInterval(() => undefined, 60_000);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log('stops');
    await agent.stop();
    clearInterval(alive);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
  process.on('disconnect', () => void stop());
}

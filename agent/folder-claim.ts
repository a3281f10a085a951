import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hideFromGit, makePrivateFolder } from '../src/kernel/index.js';
import { AgentError } from './agent.errors.js';
import type { HostProcesses } from './host-processes.js';

const FILE = 'agent.pid';

/**
 * Makes sure that no other agent manages the same terminals: two would end each other's. Takes over the file of a killed
 * agent, because its process is gone or is another program. Returns a function that releases the folder.
 * @throws AgentError
 */
export async function claimFolder(folder: string, processes: HostProcesses): Promise<() => Promise<void>> {
  const path = join(folder, FILE);
  try {
    // It holds passwords and keys of terminals.
    makePrivateFolder(folder);
    hideFromGit(folder);
  } catch (error) {
    throw new AgentError(`AGENT_TERMINALS_DIR cannot be used: ${folder} (${codeOf(error)})`, error);
  }
  const [pidText = '', ...words] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const pid = Number(pidText);
  const isOther = Number.isSafeInteger(pid) && pid > 1 && pid !== process.pid;
  if (isOther && (await processes.commandLine(pid)) === words.join('\n')) {
    throw new AgentError(`another agent (process ${pid}) looks after ${folder}; stop it first`);
  }
  const mine = (await processes.commandLine(process.pid)) ?? '';
  await writeFile(path, `${process.pid}\n${mine}`, { mode: 0o600 }).catch((error: unknown) => {
    throw new AgentError(`AGENT_TERMINALS_DIR must be writable: ${path} (${codeOf(error)})`, error);
  });
  return () => rm(path, { force: true });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
}

import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentSettings, AgentTerminal } from '../src/config/index.js';
import type { Launch } from './host-processes.js';
import { encoded, preset, presetName, PROFILE, START_UP_FILE, startUpFile } from './start-up-file.js';

/** Only the agent's user may read a file with a password or a key. */
const SECRET_MODE = 0o600;
const PID_FILE = 'mt5-gateway.pid';

/** A path as programs under Wine see it: the host's root is drive Z. */
export function winePath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** The folder of one terminal: the agent writes its start-up files and knows the command that starts it. */
export class TerminalFolder {
  readonly path: string;

  constructor(
    private readonly terminal: AgentTerminal,
    private readonly settings: AgentSettings,
  ) {
    this.path = join(settings.terminalsDir, terminal.id);
  }

  /** Writes the files that the terminal reads at its start. Throws the system's error when it cannot. */
  async prepare(): Promise<Launch> {
    const { terminal, settings, path } = this;
    await stat(path);
    const presets = join(path, 'MQL5', 'Presets');
    await mkdir(presets, { recursive: true });
    await mkdir(join(path, 'MQL5', 'Profiles', 'Charts', PROFILE), { recursive: true });
    if (terminal.bridgeKey !== undefined) {
      await writeSecret(join(presets, presetName(terminal.id)), encoded(preset(terminal, settings.gateway)));
    }
    await writeSecret(join(path, START_UP_FILE), encoded(startUpFile(terminal, settings)));
    return this.launch();
  }

  /** Removes the password, which only a start needs. */
  async tidy(): Promise<void> {
    await rm(join(this.path, START_UP_FILE), { force: true });
    await rm(join(this.path, PID_FILE), { force: true });
  }

  /** Stores the process id, so that an agent finds its terminals again after it was killed. */
  async remember(pid: number): Promise<void> {
    await writeSecret(join(this.path, PID_FILE), Buffer.from(`${pid}\n`));
  }

  /** The process that an earlier agent started here; undefined = none known. */
  async remembered(): Promise<number | undefined> {
    const text = await readFile(join(this.path, PID_FILE), 'utf8').catch(() => '');
    const pid = Number(text.trim());
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  }

  /** Whether a command line is that of a terminal of this folder. */
  isOurs(commandLine: string): boolean {
    return [this.path, winePath(this.path)].some((path) => commandLine.includes(path));
  }

  private launch(): Launch {
    const { terminal, settings, path } = this;
    const file = join(path, START_UP_FILE);
    const words: Readonly<Record<string, string>> = {
      '{id}': terminal.id,
      '{folder}': path,
      '{ini}': file,
      '{wine-ini}': winePath(file),
    };
    const fill = (text: string): string => text.replaceAll(/\{[a-z-]+\}/g, (word) => words[word] ?? word);
    return {
      program: fill(settings.program),
      arguments: settings.arguments.map(fill),
      folder: path,
      environment: settings.environment,
    };
  }
}

/** Sets the mode before the first byte, because an existing file may have another one. */
async function writeSecret(path: string, content: Buffer): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', SECRET_MODE);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

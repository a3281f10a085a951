import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { closeFolder, hideFromGit, makePrivateFolder, OperatorError } from '../../src/kernel/index.js';

/** A demo that is ending has ended after this time. */
const ENDING_MS = 12_000;
/** A demo whose launcher was killed begins to end within this time. */
const NOTICE_MS = 2000;
const ENDING = 'ending';
const RETRY_MS = 200;

/** What `demo.json` tells programs that use the demo. */
export interface DemoFile {
  /** Origin of the API, without a path. */
  readonly url: string;
  /** host:port that terminals dial. */
  readonly bridge: string;
  readonly free_key: string;
  readonly pro_key: string;
  readonly admin_key: string;
}

/** Secrets of one demo installation; made once, because keys and terminals depend on them. */
export interface DemoSecrets {
  readonly masterSecret: string;
  readonly keyPepper: string;
}

/** Another demo uses the same folder. */
export class DemoRunningError extends OperatorError {
  constructor(folder: string, pid: number) {
    super(
      `A demo is already running on ${folder} (process ${pid}). Stop it first, or give this one its own ` +
        'DATA_DIR, PORT and BRIDGE_PORT.',
    );
  }
}

/** DATA_DIR cannot be used. */
export class DemoFolderError extends OperatorError {
  constructor(path: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    super(`DATA_DIR ${path} cannot be made or written (${code}): correct its permissions or choose another.`, cause);
  }
}

/** The demo's own folder (DATA_DIR): secrets, the keys it handed out, and the mark of the demo that runs on it. */
export class DemoFolder {
  private readonly demoFile: string;
  /** What demo.json said before this start. It survives a start that fails, so that the keys in it do. */
  private readonly previousFile: string;
  private readonly lockFile: string;
  private killed = false;

  /** @throws DemoFolderError when the folder cannot be made */
  constructor(readonly path: string) {
    try {
      makePrivateFolder(path);
      hideFromGit(path);
      if (isOurs(path)) closeFolder(path);
    } catch (error) {
      throw new DemoFolderError(path, error);
    }
    this.demoFile = join(path, 'demo.json');
    this.previousFile = join(path, 'demo.previous.json');
    this.lockFile = join(path, 'demo.pid');
  }

  /**
   * Takes the folder for this process; the mark of a process that is gone is taken over. One that is still ending gets
   * the time to do so.
   * @throws DemoRunningError
   */
  async lock(signal: AbortSignal): Promise<void> {
    const started = performance.now();
    for (let holder = this.tryLock(); holder !== undefined; holder = this.tryLock()) {
      const patienceMs = readOrEmpty(this.lockFile).includes(ENDING) ? ENDING_MS : NOTICE_MS;
      if (performance.now() > started + patienceMs) throw new DemoRunningError(this.path, holder);
      await wait(RETRY_MS, undefined, { signal });
    }
  }

  /** Process that has the folder; undefined when we have it now. */
  private tryLock(): number | undefined {
    for (;;) {
      try {
        writeFileSync(this.lockFile, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new DemoFolderError(this.path, error);
      }
      const pid = Number.parseInt(readOrEmpty(this.lockFile), 10);
      if (pid !== process.pid && isDemo(pid)) return pid;
      rmSync(this.lockFile, { force: true });
      this.killed = true;
    }
  }

  /** Whether the demo before this one left without saying so. */
  wasKilled(): boolean {
    return this.killed;
  }

  /** Says to a demo that waits for the folder that it will have it soon. */
  markEnding(): void {
    writeFileSync(this.lockFile, `${process.pid} ${ENDING}\n`);
  }

  unlock(): void {
    rmSync(this.lockFile, { force: true });
  }

  /** Takes demo.json away, so that nobody reads it before everything is ready, and gives what it said. */
  takeDemoFile(): Partial<DemoFile> {
    if (existsSync(this.demoFile)) renameSync(this.demoFile, this.previousFile);
    try {
      const content = JSON.parse(readFileSync(this.previousFile, 'utf8')) as unknown;
      return typeof content === 'object' && content !== null ? content : {};
    } catch {
      return {};
    }
  }

  /** Appears whole or not at all. */
  writeDemoFile(content: DemoFile): void {
    writeFileSync(`${this.demoFile}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.demoFile}.new`, this.demoFile);
    rmSync(this.previousFile, { force: true });
  }

  secrets(): DemoSecrets {
    const file = join(this.path, 'secrets.json');
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
    } catch {
      const secrets = { masterSecret: secret(), keyPepper: secret() };
      writeFileSync(`${file}.new`, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return secrets;
    }
  }
}

/** A folder that was there may have another purpose: it is closed to others only when nothing or a demo is in it. */
function isOurs(folder: string): boolean {
  const names = readdirSync(folder).filter((name) => name !== '.gitignore');
  return names.length === 0 || names.includes('secrets.json');
}

function secret(): string {
  return randomBytes(32).toString('hex');
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Process ids are used again: where the system tells the command line, it must be a demo's. */
function isDemo(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const commandLine = readOrEmpty(`/proc/${pid}/cmdline`);
  return commandLine === '' ? process.platform !== 'linux' : commandLine.includes('demo.js');
}

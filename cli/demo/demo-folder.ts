import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { closeFolder, hideFromGit, makePrivateFolder, OperatorError } from '../../src/kernel/index.js';

/** Time after which an ending demo has ended. */
const ENDING_MS = 12_000;
/** Time within which a demo begins to end after its launcher was killed. */
const NOTICE_MS = 2000;
const ENDING = 'ending';
const RETRY_MS = 200;

/** Content of `demo.json`, for programs that use the demo. */
export interface DemoFile {
  /** Origin of the API, without a path. */
  readonly url: string;
  /** host:port of the bridge. */
  readonly bridge: string;
  readonly free_key: string;
  readonly pro_key: string;
  readonly admin_key: string;
}

/** Secrets of one demo installation; generated once, because keys and terminals depend on them. */
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

export class DemoFolderError extends OperatorError {
  constructor(path: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    super(`DATA_DIR ${path} cannot be created or written (${code}): correct its permissions or choose another.`, cause);
  }
}

/** The demo's folder (DATA_DIR): secrets, issued keys, and the lock of the running demo. */
export class DemoFolder {
  private readonly demoFile: string;
  /** Previous content of demo.json. It survives a failed start, so that its keys stay usable. */
  private readonly previousFile: string;
  private readonly lockFile: string;
  private killed = false;

  /** @throws DemoFolderError when the folder cannot be created */
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
   * Locks the folder for this process; takes over the lock of a dead process, and waits for a demo that is ending.
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

  /** Process that holds the lock; undefined when this process has acquired it. */
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

  /** True when the previous demo was killed. */
  wasKilled(): boolean {
    return this.killed;
  }

  /** Tells a waiting demo that the lock is released soon. */
  markEnding(): void {
    writeFileSync(this.lockFile, `${process.pid} ${ENDING}\n`);
  }

  unlock(): void {
    rmSync(this.lockFile, { force: true });
  }

  /** Removes demo.json, so that no program reads it before everything is ready; returns its content. */
  takeDemoFile(): Partial<DemoFile> {
    if (existsSync(this.demoFile)) renameSync(this.demoFile, this.previousFile);
    try {
      const content = JSON.parse(readFileSync(this.previousFile, 'utf8')) as unknown;
      return typeof content === 'object' && content !== null ? content : {};
    } catch {
      return {};
    }
  }

  /** Writes atomically. */
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

/** An existing folder may serve another purpose: it becomes private only when it is empty or holds a demo. */
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

/** Process ids are reused: where the system shows the command line, it must be a demo's. */
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

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../support/until.js';

/** The clone under test. */
export const CLONE = join(import.meta.dirname, '..', '..');
/** The build that every program is started from. */
export const DIST = join(CLONE, 'dist');

/** Who runs a program, where, and with which variables. */
export interface Circumstances {
  readonly env?: NodeJS.ProcessEnv;
  /** Never the clone itself, where a developer may have an .env. */
  readonly cwd: string;
  readonly node?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program in a process group of its own, with all that it said. */
export class Program {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;
  private ending: Ending | undefined;

  constructor(parameters: readonly string[], { cwd, env, node, uid, gid }: Circumstances) {
    const { PATH, HOME, TEST_RUN_ID, NODE_COMPILE_CACHE } = process.env;
    this.child = spawn(node ?? process.execPath, [...parameters], {
      cwd,
      env: { PATH, HOME, NODE_COMPILE_CACHE, ...(TEST_RUN_ID !== undefined && { TEST_RUN_ID }), ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code, signal) => {
        this.ending = { code, signal };
        resolve(this.ending);
      });
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get hasEnded(): boolean {
    return this.ending !== undefined;
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  /** To the program alone. */
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** To everything that it started in its own group. */
  killGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Resolves when it is so. @throws Error when it is not within the time, or the program ends first */
  async until(isSo: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
    await until(
      async () => {
        const isDone = await isSo();
        if (!isDone && this.hasEnded)
          throw new Error(`The program ended (${JSON.stringify(this.ending)}):\n${this.output}`);
        return isDone;
      },
      () => `${String(isSo)}\n${this.output}`,
      withinMs,
    );
  }
}

/** Runs a program to its end. */
export async function run(
  parameters: readonly string[],
  circumstances: Circumstances,
): Promise<Ending & { stdout: string; stderr: string }> {
  const program = new Program(parameters, circumstances);
  const ending = await program.ended;
  // What it said may still be on its way.
  await wait(0);
  return { ...ending, stdout: program.stdout, stderr: program.stderr };
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => {
    server.close(closed);
  });
  return port;
}

/** Whether a process lives; one that has ended and was not yet collected does not. */
export function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

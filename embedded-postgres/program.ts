import { spawn } from 'node:child_process';
import type { SystemUser } from './system-user.js';

export interface Program {
  readonly file: string;
  readonly parameters: readonly string[];
  readonly cwd: string;
  /** Undefined = the user of this process. */
  readonly user: SystemUser | undefined;
}

/** Result of a program. */
export interface Outcome {
  /** Exit code; -1 when it could not be started or was killed. */
  readonly code: number;
  /** Both output streams. */
  readonly output: string;
}

const STREAM_GRACE_MS = 1000;

/** Runs a program to its end. Never rejects. */
export function run(program: Program): Promise<Outcome> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program.file, [...program.parameters], {
      cwd: program.cwd,
      env: environment(),
      // A separate process group: Ctrl-C reaches the whole foreground group and must not interrupt a stop.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(program.user === undefined ? {} : { uid: program.user.uid, gid: program.user.gid }),
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    const end = (code: number | null): void => resolve({ code: code ?? -1, output: output.trim() });
    child.on('close', end);
    // A started server may keep the streams of its starter open forever.
    child.on('exit', (code) => setTimeout(end, STREAM_GRACE_MS, code).unref());
  });
}

/** Our environment without variables that redirect Postgres's programs, and with English messages. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

import type { Subscribe } from '../src/kernel/index.js';

/** What to run. Nothing of it is secret: everybody on the host can read a command line. */
export interface Launch {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that the agent started. */
export interface RunningProcess {
  /** 0 = it never began. */
  readonly pid: number;
  /** Fires once, with how it ended, e.g. `exit code 1`; also when it never began. */
  readonly onExit: Subscribe<string>;
  /** Asks it to close, so that it may save what it wants to keep. */
  close(): void;
  /** Ends it at once, and what it started. */
  kill(): void;
}

/** The processes of a host (port). */
export abstract class HostProcesses {
  abstract start(launch: Launch): RunningProcess;
  /** Megabytes; 0 = unknown. */
  abstract memoryMb(pid: number): Promise<number>;
  /** Undefined when there is no such process. */
  abstract commandLine(pid: number): Promise<string | undefined>;
  /** Ends a process that an earlier agent started and what that started. */
  abstract killStray(pid: number): void;
}

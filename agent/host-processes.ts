import type { Subscribe } from '../src/kernel/index.js';

/** A command to run. It holds no secret: every user of the host can read a command line. */
export interface Launch {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that the agent started. */
export interface RunningProcess {
  /** 0 = it never started. */
  readonly pid: number;
  /** Fires once with the way it ended, e.g. `exit code 1`; also when it never started. */
  readonly onExit: Subscribe<string>;
  /** Asks it to close, so that it can save its state. */
  close(): void;
  /** Ends it and its children immediately. */
  kill(): void;
}

/** The processes of a host (port). */
export abstract class HostProcesses {
  abstract start(launch: Launch): RunningProcess;
  /** Megabytes; 0 = unknown. */
  abstract memoryMb(pid: number): Promise<number>;
  /** Undefined when the process does not exist. */
  abstract commandLine(pid: number): Promise<string | undefined>;
  /** Ends a process that an earlier agent started, and its children. */
  abstract killStray(pid: number): void;
}

import { type ErrorCode, GatewayError } from '../src/kernel/index.js';

/** The simulator cannot start because of a bad plan or bad data. */
export class SimulatorSetupError extends GatewayError {
  readonly code: ErrorCode = 'internal';
}

/** A file of candles cannot be replayed. Names the file and the line, if any. */
export class ReplayFileError extends SimulatorSetupError {
  constructor(file: string, line: number | undefined, problem: string, cause?: unknown) {
    const place = line === undefined ? file : `${file}, line ${line}`;
    super(`Cannot replay ${place}: ${problem}. Mend the file or take it out of the folder.`, { cause });
  }
}

import { type ErrorCode, GatewayError } from '../src/kernel/index.js';

/** The simulator was asked for something that it cannot do: a bad plan or bad data. It does not start. */
export class SimulatorSetupError extends GatewayError {
  readonly code: ErrorCode = 'internal';
}

/** A file of candles that cannot be replayed as it stands. Names the file and, where there is one, the line. */
export class ReplayFileError extends SimulatorSetupError {
  constructor(file: string, line: number | undefined, problem: string, cause?: unknown) {
    const place = line === undefined ? file : `${file}, line ${line}`;
    super(`Cannot replay ${place}: ${problem}. Mend the file or take it out of the folder.`, { cause });
  }
}

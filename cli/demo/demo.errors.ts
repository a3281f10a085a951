import { OperatorError } from '../../src/kernel/index.js';

/** A part of the demo keeps failing, so the whole demo ends. */
export class DemoFailedError extends OperatorError {
  constructor(part: string, how: string) {
    super(`the ${part} does not keep running (${how})`);
  }
}

/** CANDLES_DIR names no folder to replay. */
export class CandlesFolderError extends OperatorError {
  constructor(folder: string) {
    super(`CANDLES_DIR names no folder: ${folder}. Correct it, or unset it for a synthetic market.`);
  }
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ReplayFile, readReplayFile, replayName } from './replay-file.js';
import { ReplayFileError, SimulatorSetupError } from './simulator.errors.js';

/** The recordings of a folder. */
export interface ReplayFolder {
  /** One per series. */
  readonly files: readonly ReplayFile[];
  /** Files whose symbol no terminal has. */
  readonly ignored: readonly string[];
}

/**
 * Reads all series of the wanted symbols. Skips files with other names than `SYMBOL_TIMEFRAME.csv[.gz]`.
 * @throws SimulatorSetupError when the folder or one of the wanted files cannot be used
 */
export function readReplayFolder(folder: string, symbols: ReadonlySet<string>): ReplayFolder {
  const candidates = listFolder(folder).filter((file) => replayName(file) !== undefined);
  const isWanted = (file: string) => symbols.has(replayName(file)!.symbol);
  const wanted = candidates.filter(isWanted);
  const seen = new Map<string, string>();
  for (const file of wanted) {
    const { symbol, timeframe } = replayName(file)!;
    const series = `${symbol}_${timeframe}`;
    const twin = seen.get(series);
    if (twin !== undefined) throw new ReplayFileError(file, undefined, `${twin} holds the same series`);
    seen.set(series, file);
  }
  return {
    files: wanted.map((file) => readReplayFile(join(folder, file))),
    ignored: candidates.filter((file) => !isWanted(file)),
  };
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new SimulatorSetupError(`Cannot read the folder of candles ${folder} (${reason}). Correct CANDLES_DIR.`, {
      cause: error,
    });
  }
}

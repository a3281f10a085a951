import { join } from 'node:path';
import { deriveTerminalKey, formatTerminalKey } from '../src/bridge/index.js';
import { type BuildVariant, buildProgram } from './build.js';
import { ProgramProcess, type ProgramRun } from './program-process.js';

export const BRIDGE = 'Experts/Mt5GatewayBridge.mq5';
const INDICATOR = 'Indicators/FractalLines.mq5';
export const TERMINAL_ID = 'MT5_05';
/** Secret of the suite that a bridge dials. */
export const MASTER_SECRET = 'a master secret for the suite';

/** Address and identity of a bridge. */
export interface Dial {
  readonly port: number;
  readonly masterSecret: string;
  readonly terminalId?: string;
}

/** A built bridge with its indicator; `start` runs it as a process. */
export interface BuiltBridge {
  readonly folder: string;
  /** Folder of its indicators. */
  readonly indicators: string;
  start(dial: Dial, run?: ProgramRun): ProgramProcess;
}

/** Builds the bridge and its indicator, or reuses the build of the same sources. */
export async function buildBridge(variant: BuildVariant = {}): Promise<BuiltBridge> {
  const bridge = await buildProgram(BRIDGE, variant);
  const indicator = await buildProgram(INDICATOR, variant);
  const indicators = join(indicator.path, '..');
  return {
    folder: bridge.folder,
    indicators,
    start({ port, masterSecret, terminalId = TERMINAL_ID }, run = {}) {
      const key = formatTerminalKey(deriveTerminalKey(masterSecret, terminalId));
      const inputs = { InpPort: port, InpTerminalId: terminalId, InpKey: key, ...run.inputs };
      const environment = { MQL_INDICATORS: indicators, ...run.environment };
      return new ProgramProcess(bridge.path, { ...run, inputs, environment });
    },
  };
}

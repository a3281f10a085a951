/**
 * The simulator as a program: `npm run simulator -- plan.json`. Without a file the plan comes from SIMULATOR_PLAN (JSON).
 * BRIDGE_MASTER_SECRET and CANDLES_DIR complete the plan, so that it needs no secret.
 * Commands: `{"terminal": "MT5_05", "command": "hang", "heartbeats": true}`, one a line on stdin or as a message of the
 * parent process. Ends on SIGTERM, SIGINT, or when its parent goes.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { printable } from '../src/kernel/index.js';
import { parseFaultCommand } from './fault-command.js';
import { parsePlan } from './parse-plan.js';
import { Simulator } from './simulator.js';
import { SimulatorSetupError } from './simulator.errors.js';

// The reader of standard output may end first.
process.stdout.on('error', () => undefined);
const say = (message: string) => console.log(`simulator: ${message}`);

try {
  run(new Simulator(readPlan(), { log: say }));
} catch (error) {
  if (!(error instanceof SimulatorSetupError)) throw error;
  console.error(`simulator: ${error.message}`);
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}

function run(simulator: Simulator): void {
  // Timers of the clock do not keep a process alive, and there is no socket between two dials.
  const alive = setInterval(() => undefined, 60_000);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await simulator.stop();
    clearInterval(alive);
    // Standard input and the parent's channel would keep the process alive.
    process.exit(0);
  };
  simulator.onEvent(({ terminalId, kind, detail }) => {
    say(`${terminalId} ${kind}: ${printable(detail, 200)}`);
    // A parent that ends must not turn an orderly end into a crash.
    process.send?.({ terminal: terminalId, event: kind, detail }, undefined, undefined, () => undefined);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  process.on('disconnect', () => void stop());
  process.on('message', (message) => control(simulator, () => message));
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line.trim() !== '') control(simulator, () => parseJson(line, 'The command'));
  });
  simulator.start();
}

function control(simulator: Simulator, read: () => unknown): void {
  try {
    const { terminal, ...command } = Object(read()) as Record<string, unknown>;
    if (typeof terminal !== 'string') throw new SimulatorSetupError('A control command needs a terminal.');
    simulator.control(terminal, parseFaultCommand(command));
    say(`${printable(terminal)}: ${String(command['command'])}`);
  } catch (error) {
    if (!(error instanceof SimulatorSetupError)) throw error;
    say(`refused: ${error.message}`);
  }
}

function readPlan() {
  const file = process.argv[2];
  const text = file === undefined ? process.env['SIMULATOR_PLAN'] : readText(file);
  if (text === undefined || text === '') {
    throw new SimulatorSetupError('No plan: name a JSON file (npm run simulator -- plan.json) or set SIMULATOR_PLAN.');
  }
  const plan = Object(parseJson(text, file ?? 'SIMULATOR_PLAN')) as Record<string, unknown>;
  const { BRIDGE_MASTER_SECRET: masterSecret, CANDLES_DIR: candlesDir } = process.env;
  return parsePlan({
    ...(masterSecret === undefined ? {} : { masterSecret }),
    ...(candlesDir === undefined ? {} : { candlesDir }),
    ...plan,
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SimulatorSetupError(`The plan ${printable(file, 200)} cannot be read.`, { cause: error });
  }
}

/** The parser's message would quote the text, and a plan may hold a secret. */
function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SimulatorSetupError(`${printable(name, 200)} is not JSON.`);
  }
}

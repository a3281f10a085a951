/**
 * Simulated terminals: they speak the bridge protocol over TCP, have a synthetic market or replay a recorded one, and
 * misbehave on command. Every hello says that they are simulated, so their prices are never taken for real ones.
 */
export { parseFaultCommand } from './fault-command.js';
export type { FaultCommand } from './fault-command.js';
export { parsePlan } from './parse-plan.js';
export type { SimulatorPlan, SymbolPlan, TerminalPlan } from './plan.js';
export { Simulator } from './simulator.js';
export type { SimulatorOptions } from './simulator.js';
export type { TerminalEvent } from './simulated-terminal.js';
export { ReplayFileError, SimulatorSetupError } from './simulator.errors.js';

/**
 * Terminals that are not real: they speak the bridge protocol over TCP, have a market of their own or replay a recorded
 * one, and misbehave on command. What they serve can never be taken for real: every hello says so.
 */
export { parseFaultCommand } from './fault-command.js';
export type { FaultCommand } from './fault-command.js';
export { parsePlan } from './parse-plan.js';
export type { SimulatorPlan, SymbolPlan, TerminalPlan } from './plan.js';
export { Simulator } from './simulator.js';
export type { SimulatorOptions } from './simulator.js';
export type { TerminalEvent } from './simulated-terminal.js';
export { ReplayFileError, SimulatorSetupError } from './simulator.errors.js';

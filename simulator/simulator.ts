import { type Clock, Emitter, type Random, SystemClock, SystemRandom } from '../src/kernel/index.js';
import { deriveTerminalKey, parseTerminalKey } from '../src/bridge/index.js';
import { buildMarkets, type Log } from './build-markets.js';
import type { FaultCommand } from './fault-command.js';
import type { SimulatorPlan, TerminalPlan } from './plan.js';
import { SimulatedTerminal, type TerminalEvent } from './simulated-terminal.js';
import { SimulatorSetupError } from './simulator.errors.js';
import type { TerminalMarket } from './terminal-market.js';

/** A session of a minute resets the backoff (docs/bridge-protocol.md). */
const SETTLED_MS = 60_000;
const USUAL_RECONNECT = { initialMs: 1000, maxMs: 10_000 };

export interface SimulatorOptions {
  /** @default the host's */
  readonly clock?: Clock;
  /** @default the host's */
  readonly random?: Random;
  /** Notes for the operator about the data. @default none */
  readonly log?: Log;
}

/** Many simulated terminals in one process, each with its own connection to the gateway. */
export class Simulator {
  private readonly events = new Emitter<TerminalEvent>();
  /** A terminal became ready, was refused or lost its connection. */
  readonly onEvent = this.events.subscribe;
  private readonly terminals = new Map<string, SimulatedTerminal>();
  private readonly markets: Map<string, TerminalMarket>;

  /** Reads all recordings. @throws SimulatorSetupError when plan or recordings cannot be used */
  constructor(
    plan: SimulatorPlan,
    { clock = new SystemClock(), random = new SystemRandom(), log }: SimulatorOptions = {},
  ) {
    this.markets = buildMarkets(plan, clock, log ?? (() => undefined));
    for (const terminal of plan.terminals) {
      const simulated = new SimulatedTerminal({
        id: terminal.id,
        login: terminal.login,
        key: keyOf(plan, terminal),
        market: this.market(terminal.id),
        gateway: plan.gateway,
        clock,
        random,
        reconnect: plan.reconnect ?? USUAL_RECONNECT,
        supersededMs: plan.supersededMs ?? 60_000,
        settledMs: SETTLED_MS,
        pushIntervalMs: plan.pushIntervalMs ?? 250,
      });
      simulated.onEvent((event) => this.events.emit(event));
      this.terminals.set(terminal.id, simulated);
      for (const fault of terminal.faults ?? []) simulated.control(fault);
    }
  }

  /** Lets all terminals dial. */
  start(): void {
    for (const terminal of this.terminals.values()) terminal.start();
  }

  /** Stops all terminals with a goaway; resolves within a second. */
  async stop(): Promise<void> {
    await Promise.all([...this.terminals.values()].map((terminal) => terminal.stop()));
  }

  /** Makes one terminal misbehave. @throws SimulatorSetupError for an unknown terminal or symbol */
  control(terminalId: string, command: FaultCommand): void {
    const terminal = this.terminals.get(terminalId);
    if (terminal === undefined) throw new SimulatorSetupError(`There is no terminal ${terminalId}.`);
    terminal.control(command);
  }

  /** The truth behind a terminal, to compare its answers with. @throws SimulatorSetupError for an unknown terminal */
  market(terminalId: string): TerminalMarket {
    const market = this.markets.get(terminalId);
    if (market === undefined) throw new SimulatorSetupError(`There is no terminal ${terminalId}.`);
    return market;
  }

  /** Ids of the terminals that the gateway has welcomed. */
  get ready(): string[] {
    return [...this.terminals.values()].filter(({ isReady }) => isReady).map(({ id }) => id);
  }
}

function keyOf(plan: SimulatorPlan, { id, key }: TerminalPlan): Buffer {
  if (key !== undefined) return parseTerminalKey(key);
  if (plan.masterSecret === undefined) {
    throw new SimulatorSetupError(`${id} has no key: give it one, or give the plan a masterSecret.`);
  }
  return deriveTerminalKey(plan.masterSecret, id);
}

import {
  type Admission,
  type AgentHello,
  type BridgePolicy,
  deriveAgentKey,
  deriveTerminalKey,
  type Hello,
  type RejectReason,
} from '../../bridge/index.js';
import type { BridgeSettings, ConfiguredTerminal, TerminalSettings } from '../../config/index.js';
import { printable } from '../../kernel/index.js';

/** Server names of simulators, which name their data, so that stored series of different data never mix. */
const SIMULATED_SERVER = /^Sim-/;

/** A wrong login or server does not heal within seconds: an operator must log in elsewhere. */
const RETRY_AFTER_REFUSAL_MS = 30_000;

/**
 * Admits a configured terminal that is logged in to the configured account at the configured server, and a simulator
 * only when ALLOW_SIMULATOR is set. Every refusal names the configured value and the received one, for the operator.
 */
export class TerminalAdmission implements BridgePolicy {
  private readonly configured: ReadonlyMap<string, ConfiguredTerminal>;
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly agentKeys: ReadonlyMap<string, Buffer>;
  private lastEpoch = 0;

  constructor(
    private readonly settings: Pick<TerminalSettings, 'terminals' | 'allowSimulator'>,
    { masterSecret }: Pick<BridgeSettings, 'masterSecret'>,
  ) {
    this.configured = new Map(settings.terminals.map((terminal) => [terminal.id, terminal]));
    this.agentKeys = new Map(settings.terminals.map(({ host }) => [host, deriveAgentKey(masterSecret, host)]));
    this.keys = new Map(settings.terminals.map(({ id }) => [id, deriveTerminalKey(masterSecret, id)]));
  }

  keyOf(terminalId: string): Buffer | undefined {
    return this.keys.get(terminalId);
  }

  agentKeyOf(host: string): Buffer | undefined {
    return this.agentKeys.get(host);
  }

  /** Admits every holder of a host's key as its agent. */
  admitAgent(_hello: AgentHello): Admission {
    this.lastEpoch++;
    return { accept: true, epoch: this.lastEpoch };
  }

  admit(hello: Hello): Admission {
    const terminal = this.configured.get(hello.terminalId);
    if (terminal === undefined) return refuse('unknown-terminal', 'this terminal id is not in config/terminals.json');
    const { simulated } = hello.capabilities;
    if (simulated && !this.settings.allowSimulator) {
      return refuse('simulator-not-allowed', 'simulated terminals are refused unless ALLOW_SIMULATOR=true');
    }
    if (hello.login !== terminal.login) {
      const message = `${terminal.id} must be logged in to account ${terminal.login}, but is in ${hello.login}`;
      return refuse('wrong-login', message);
    }
    const server = printable(hello.brokerServer);
    if (simulated && !SIMULATED_SERVER.test(hello.brokerServer)) {
      return refuse('wrong-server', `a simulated server must be named 'Sim-...', but ${terminal.id} says '${server}'`);
    }
    if (!simulated && hello.brokerServer !== terminal.server) {
      return refuse('wrong-server', `${terminal.id} must be at server '${terminal.server}', but is at '${server}'`);
    }
    this.lastEpoch++;
    return { accept: true, epoch: this.lastEpoch };
  }
}

function refuse(reason: RejectReason, message: string): Admission {
  return { accept: false, reason, message, retryAfterMs: RETRY_AFTER_REFUSAL_MS };
}

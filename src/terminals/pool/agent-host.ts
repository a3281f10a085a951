import type { AgentSession, ProcessReport } from '../../bridge/index.js';
import { HostAgentMissingError } from './agent.errors.js';

/** A terminal's program as the agent of its host reports it. */
export interface HostStats {
  readonly host: string;
  /** The agent is connected now. */
  readonly attached: boolean;
  /** Wall clock, milliseconds: beginning of its newest connection. */
  readonly attachedAtMs: number;
  /** The newest report; undefined while the agent does not manage this terminal. */
  readonly process: ProcessReport | undefined;
}

/** An agent answers immediately whether it will restart; the restart itself takes longer, milliseconds. */
const ANSWER_MS = 5000;

/** A terminal's program on its host, which the host's agent reports and restarts. */
export class TerminalHost {
  private session: AgentSession | undefined;
  private attachedAtMs: number | undefined;
  private report: ProcessReport | undefined;

  constructor(
    readonly terminalId: string,
    readonly host: string,
  ) {}

  /** Whether an agent that manages this terminal is connected. */
  get canRestart(): boolean {
    return this.session !== undefined && this.report !== undefined;
  }

  get process(): ProcessReport | undefined {
    return this.report;
  }

  attach(session: AgentSession): void {
    this.session = session;
    this.attachedAtMs = session.connectedAtMs;
    this.report = undefined;
  }

  /** Keeps the newest report visible. */
  detach(): void {
    this.session = undefined;
  }

  reported(report: ProcessReport): void {
    this.report = report;
  }

  /**
   * Asks the agent; resolves once the restart is under way.
   * @throws HostAgentMissingError, and as the agent's session (all `terminal-error`)
   */
  async restart(reason: string): Promise<void> {
    if (this.session === undefined || !this.canRestart) throw new HostAgentMissingError(this.host, this.terminalId);
    await this.session.restart({ terminalId: this.terminalId, reason }, ANSWER_MS);
  }

  /** Undefined until an agent of this host was seen. */
  stats(): HostStats | undefined {
    if (this.attachedAtMs === undefined) return undefined;
    const { host, attachedAtMs, report } = this;
    return { host, attached: this.session !== undefined, attachedAtMs, process: report };
  }
}

import type { AgentSession, ProcessReport } from '../../bridge/index.js';
import { HostAgentMissingError } from './agent.errors.js';

/** What is known of a terminal's program from the agent of its host. */
export interface HostStats {
  readonly host: string;
  /** The agent is connected now. */
  readonly attached: boolean;
  /** Wall clock, milliseconds: since when it is connected, or was last. */
  readonly attachedAtMs: number;
  /** The newest report; undefined while the agent does not look after this terminal. */
  readonly process: ProcessReport | undefined;
}

/** An agent answers at once whether it will restart; the restart itself takes longer, milliseconds. */
const ANSWER_MS = 5000;

/** A terminal's place on its host, as the host's agent tells of it and acts on it. */
export class TerminalHost {
  private session: AgentSession | undefined;
  private attachedAtMs: number | undefined;
  private report: ProcessReport | undefined;

  constructor(
    readonly terminalId: string,
    readonly host: string,
  ) {}

  /** An agent is connected that looks after this terminal. */
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

  /** What was reported last stays to be seen. */
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

import type { AgentSession, ProcessReport } from '../../bridge/index.js';
import { Emitter, printable } from '../../kernel/index.js';
import { TerminalHost } from './agent-host.js';
import type { IgnoredOfPeer } from './ignored-input.js';

/** An event between the gateway and a host's agent. */
export interface AgentEvent {
  readonly host: string;
  readonly kind: 'attached' | 'detached' | 'not-mine' | 'process';
  /** Only with `process` and `not-mine`. */
  readonly terminalId?: string;
  /** A sentence for the log. */
  readonly message: string;
  /** Whether an operator should look. */
  readonly isFault: boolean;
}

/** A configured terminal and its host. */
interface Placed {
  readonly id: string;
  readonly host: string;
}

const SUPERSEDED = { message: 'a newer agent of this host took over', retryAfterMs: 60_000 } as const;

/** The agents of all hosts with their newest reports. The newest session of a host wins. */
export class HostAgents {
  private readonly sessions = new Map<string, AgentSession>();
  private readonly places: ReadonlyMap<string, TerminalHost>;
  private readonly events = new Emitter<AgentEvent>();
  readonly onEvent = this.events.subscribe;
  private readonly ignored = new Emitter<IgnoredOfPeer>();
  /** A report was ignored. */
  readonly onIgnored = this.ignored.subscribe;

  constructor(terminals: readonly Placed[]) {
    this.places = new Map(terminals.map(({ id, host }) => [id, new TerminalHost(id, host)]));
  }

  /** Hosts that terminals are configured on, each once. */
  get hosts(): readonly string[] {
    return [...new Set([...this.places.values()].map(({ host }) => host))];
  }

  isAttached(host: string): boolean {
    return this.sessions.has(host);
  }

  /** In configured order. */
  all(): readonly TerminalHost[] {
    return [...this.places.values()];
  }

  /** The host of a terminal; undefined for one that is not configured. */
  find(terminalId: string): TerminalHost | undefined {
    return this.places.get(terminalId);
  }

  /** Takes an authenticated agent and ends the session of the one before it, if any. */
  attach(session: AgentSession): void {
    const { host, program } = session.hello;
    const before = this.sessions.get(host);
    this.sessions.set(host, session);
    before?.goaway('superseded', SUPERSEDED);
    for (const place of this.placesOf(host)) place.attach(session);
    const strangers = new Set<string>();
    session.onReport((reports) => {
      if (this.sessions.get(host) !== session) return;
      for (const report of reports) this.reported(host, report, strangers);
    });
    session.onClosed(({ reason, detail }) => this.detach(session, detail === '' ? reason : `${reason}: ${detail}`));
    this.emit({ host, kind: 'attached', message: `${program} from ${session.remoteAddress}`, isFault: false });
  }

  private detach(session: AgentSession, message: string): void {
    const { host } = session.hello;
    if (this.sessions.get(host) !== session) return;
    this.sessions.delete(host);
    for (const place of this.placesOf(host)) place.detach();
    this.emit({ host, kind: 'detached', message, isFault: true });
  }

  private reported(host: string, report: ProcessReport, strangers: Set<string>): void {
    const { terminalId } = report;
    const place = this.places.get(terminalId);
    if (place?.host !== host) {
      const detail = `of ${printable(terminalId)}`;
      this.ignored.emit({ what: 'foreign-report', count: 1, peer: `agent ${host}`, detail });
      if (strangers.has(terminalId) || strangers.size >= this.places.size) return;
      strangers.add(terminalId);
      const message = 'is looked after by an agent of another host than config/terminals.json says';
      this.emit({ host, kind: 'not-mine', terminalId, message, isFault: true });
      return;
    }
    const before = place.process;
    place.reported(report);
    if (before?.state === report.state && before.pid === report.pid) return;
    const detail = report.detail === '' ? '' : `: ${report.detail}`;
    const isFault = report.state === 'restarting' || report.state === 'failed';
    this.emit({ host, kind: 'process', terminalId, message: `its program is ${report.state}${detail}`, isFault });
  }

  private placesOf(host: string): readonly TerminalHost[] {
    return this.all().filter((place) => place.host === host);
  }

  private emit(event: AgentEvent): void {
    this.events.emit(event);
  }
}

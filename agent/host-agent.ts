import { parseTerminalKey, type ProcessReport } from '../src/bridge/index.js';
import type { AgentSettings } from '../src/config/index.js';
import { type Clock, counted, printable, type Random, type Timer } from '../src/kernel/index.js';
import { RestartRefusedError } from './agent.errors.js';
import { claimFolder } from './folder-claim.js';
import { GatewayChannel } from './gateway-channel.js';
import type { HostProcesses } from './host-processes.js';
import { RestartBudget } from './restart-budget.js';
import { StartQueue } from './start-queue.js';
import { TerminalFolder } from './terminal-folder.js';
import { TerminalKeeper } from './terminal-keeper.js';

export interface HostAgentTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: HostProcesses;
  /** One line for the operator; never a secret. */
  readonly log: (line: string) => void;
}

/** Manages all terminals of one host, from {@link start} to {@link stop}. */
export class HostAgent {
  private readonly keepers: ReadonlyMap<string, TerminalKeeper>;
  private readonly channel: GatewayChannel | undefined;
  private watch: Timer | undefined;
  private release: (() => Promise<void>) | undefined;

  constructor(
    private readonly settings: AgentSettings,
    private readonly tools: HostAgentTools,
  ) {
    const { clock, random, processes } = tools;
    const { restartDelayMs: delayMs, restartsPerHour: perHour } = settings;
    const queue = new StartQueue(clock, settings.startIntervalMs);
    this.keepers = new Map(
      settings.terminals.map((terminal) => {
        const folder = new TerminalFolder(terminal, settings);
        const budget = new RestartBudget({ delayMs, perHour }, clock, random);
        const parts = { terminalId: terminal.id, folder, processes, budget, queue, clock, limits: settings };
        return [terminal.id, new TerminalKeeper(parts)];
      }),
    );
    for (const keeper of this.keepers.values()) keeper.onChange((report) => this.changed(report));
    this.channel = this.makeChannel();
  }

  /** Reports of all terminals now, in configured order. */
  reports(): readonly ProcessReport[] {
    return [...this.keepers.values()].map((keeper) => keeper.report());
  }

  /** Starts the terminals one after the other. @throws AgentError when another agent has the folder */
  async start(): Promise<void> {
    const { log, clock, processes } = this.tools;
    const { host, terminals, terminalsDir, watchIntervalMs } = this.settings;
    this.release = await claimFolder(terminalsDir, processes);
    log(`looks after ${counted(terminals.length, 'terminal')} of host ${host} in ${terminalsDir}`);
    if (this.channel === undefined) log('AGENT_KEY is not set: the gateway cannot ask for restarts');
    this.channel?.start();
    for (const keeper of this.keepers.values()) keeper.start();
    this.watch = clock.every(watchIntervalMs, () => {
      for (const keeper of this.keepers.values()) void keeper.look();
    });
  }

  /** Ends the terminals that this agent started; resolves when they are gone. */
  async stop(): Promise<void> {
    this.watch?.cancel();
    await Promise.all([...this.keepers.values()].map((keeper) => keeper.stop()));
    await this.channel?.stop();
    await this.release?.();
  }

  private makeChannel(): GatewayChannel | undefined {
    const { key, host, gateway } = this.settings;
    if (key === undefined) return undefined;
    const { ca } = gateway.tls ?? {};
    const tls = gateway.tls === undefined ? {} : { tls: ca === undefined ? {} : { ca } };
    return new GatewayChannel({
      ...this.tools,
      host,
      key: parseTerminalKey(key),
      gateway: { host: gateway.host, port: gateway.port, ...tls },
      reports: () => this.reports(),
      restart: (terminalId, reason) => this.restart(terminalId, reason),
    });
  }

  private restart(terminalId: string, reason: string): void {
    const keeper = this.keepers.get(terminalId);
    if (keeper === undefined) throw new RestartRefusedError(`no terminal ${printable(terminalId)} on this host`, 0);
    keeper.restart(`the gateway asked: ${printable(reason, 200)}`);
  }

  private changed(report: ProcessReport): void {
    const { terminalId, state, pid, detail } = report;
    const process = state === 'running' && detail === '' ? ` (pid ${pid})` : '';
    this.tools.log(`${terminalId} ${state}${process}${detail === '' ? '' : `: ${detail}`}`);
    this.channel?.send([report]);
  }
}

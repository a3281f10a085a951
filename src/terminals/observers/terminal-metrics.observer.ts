import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { UNPROVED_PROGRESS } from '../../bridge/index.js';
import { Clock } from '../../kernel/index.js';
import { ScrapedFamilies } from '../../metrics/index.js';
import type { Terminal } from '../pool/terminal.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import type { TerminalClock } from '../terminal-pool.js';

/** From a round trip on loopback to the longest deadline, seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The Prometheus families of terminals and bridge. Labels are configured ids and closed lists, never input of a peer. */
@Injectable()
export class TerminalMetricsObserver {
  constructor(
    private readonly pool: TcpTerminalPool,
    private readonly registry: Registry,
    private readonly clock: Clock,
  ) {
    this.gauges();
    this.counters();
    this.requests();
    this.takeovers();
  }

  /** Read at each scrape. */
  private gauges(): void {
    const { pool } = this;
    const families = new ScrapedFamilies(this.registry);
    families.gauge(
      'mt5gw_terminal_up',
      '1 while the terminal is ready.',
      () => this.perTerminal(({ state }) => (state === 'ready' ? 1 : 0)),
      'terminal',
    );
    families.gauge(
      'mt5gw_terminal_queue_depth',
      'Requests that wait for their turn at the terminal.',
      () => this.perTerminal(({ queueDepth }) => queueDepth),
      'terminal',
    );
    families.gauge(
      'mt5gw_terminals',
      'Configured terminals by state.',
      () => Object.entries(pool.stats().byState),
      'state',
    );
    families.gauge(
      'mt5gw_terminal_last_bar_timestamp_seconds',
      'Open of the newest bar that the terminal has pushed and that is served, server time.',
      () => this.perTerminal(({ record }) => record.lastBar),
      'terminal',
    );
    // The reference for the age of a bar: bars carry server time, which is hours away from UTC.
    families.gauge(
      'mt5gw_terminal_server_time_seconds',
      'Server time of the terminal now, as its last heartbeat tells it; nothing while it is not connected.',
      () => this.perTerminal(({ id }) => this.serverTimeOf(pool.clock(id))),
      'terminal',
    );
    families.gauge(
      'mt5gw_terminal_clock_skew_seconds',
      'How far a clock that cannot be right is ahead (negative: behind); 0 = nothing is known to be wrong.',
      () => this.perTerminal(({ id }) => skewOf(pool.clock(id))),
      'terminal',
    );
  }

  /** Values of all terminals that have one. */
  private *perTerminal(read: (terminal: Terminal) => number | undefined): Generator<[terminal: string, value: number]> {
    for (const terminal of this.pool.allTerminals()) {
      const value = read(terminal);
      if (value !== undefined) yield [terminal.id, value];
    }
  }

  private counters(): void {
    const { pool, registry } = this;
    const registers = [registry];
    const reconnects = new Counter({
      name: 'mt5gw_terminal_reconnects_total',
      help: 'Sessions after the first, by why the one before ended.',
      labelNames: ['terminal', 'reason'],
      registers,
    });
    const frames = new Counter({
      name: 'mt5gw_bridge_frames_total',
      help: 'Frames on the bridge port.',
      labelNames: ['direction', 'type'],
      registers,
    });
    const rejected = new Counter({
      name: 'mt5gw_bridge_rejected_total',
      help: 'Connections on the bridge port that never became a session.',
      labelNames: ['reason'],
      registers,
    });
    const evicted = new Counter({
      name: 'mt5gw_bridge_evicted_total',
      help: 'Connections that had proved nothing and lost their place to a newer one, by how far they had got.',
      labelNames: ['progress'],
      registers,
    });
    const counted = new Map<string, number>();
    pool.onChange(({ terminalId }) => {
      const { record } = pool.getTerminal(terminalId);
      if (record.reconnects <= (counted.get(terminalId) ?? 0)) return;
      counted.set(terminalId, record.reconnects);
      reconnects.inc({ terminal: terminalId, reason: record.lastLossKind });
    });
    pool.listener.onFrame(({ direction, type }) => frames.inc({ direction, type }));
    pool.listener.onRejected(({ reason }) => rejected.inc({ reason }));
    for (const progress of UNPROVED_PROGRESS) evicted.inc({ progress }, 0);
    pool.listener.onEvicted((progress) => evicted.inc({ progress }));
  }

  private requests(): void {
    const durations = new Histogram({
      name: 'mt5gw_terminal_request_duration_seconds',
      help: 'Time from asking for a turn to the answer, seconds.',
      labelNames: ['terminal', 'op', 'outcome'],
      buckets: BUCKETS,
      registers: [this.registry],
    });
    this.pool.onOutcome(({ terminalId, operation, outcome, durationMs }) => {
      durations.observe({ terminal: terminalId, op: operation, outcome }, durationMs / 1000);
    });
  }

  private takeovers(): void {
    const { pool, registry } = this;
    const counter = new Counter({
      name: 'mt5gw_terminal_takeovers_total',
      help: 'Sessions that took the place of one that was still open: repeated, two bridges have one id.',
      labelNames: ['terminal'],
      registers: [registry],
    });
    const counted = new Map<string, number>();
    pool.onChange(({ terminalId }) => {
      const { takeoverCount } = pool.getTerminal(terminalId);
      counter.inc({ terminal: terminalId }, takeoverCount - (counted.get(terminalId) ?? 0));
      counted.set(terminalId, takeoverCount);
    });
  }

  private serverTimeOf(clock: TerminalClock | undefined): number | undefined {
    if (clock === undefined) return undefined;
    const { serverTimeMs, clockRate, heardAtMs } = clock;
    return (serverTimeMs + clockRate * (this.clock.monotonicMs() - heardAtMs)) / 1000;
  }
}

function skewOf(clock: TerminalClock | undefined): number | undefined {
  return clock && (clock.skewMs ?? 0) / 1000;
}

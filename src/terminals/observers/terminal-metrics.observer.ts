import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { UNPROVED_PROGRESS } from '../../bridge/index.js';
import { Clock } from '../../kernel/index.js';
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
    this.lastBars();
    this.serverTime();
    this.clockSkew();
    this.takeovers();
  }

  /** Read at each scrape. */
  private gauges(): void {
    const { pool, registry } = this;
    const registers = [registry];
    const up: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_terminal_up',
      help: '1 while the terminal is ready.',
      labelNames: ['terminal'],
      registers,
      collect: () => {
        for (const { id, state } of pool.allTerminals()) up.set({ terminal: id }, state === 'ready' ? 1 : 0);
      },
    });
    const depth: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_terminal_queue_depth',
      help: 'Requests that wait for their turn at the terminal.',
      labelNames: ['terminal'],
      registers,
      collect: () => {
        for (const { id, queueDepth } of pool.allTerminals()) depth.set({ terminal: id }, queueDepth);
      },
    });
    const states: Gauge<'state'> = new Gauge({
      name: 'mt5gw_terminals',
      help: 'Configured terminals by state.',
      labelNames: ['state'],
      registers,
      collect: () => {
        for (const [state, count] of Object.entries(pool.stats().byState)) states.set({ state }, count);
      },
    });
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

  private lastBars(): void {
    const { pool, registry } = this;
    const family: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_terminal_last_bar_timestamp_seconds',
      help: 'Open of the newest bar that the terminal has pushed and that is served, server time.',
      labelNames: ['terminal'],
      registers: [registry],
      collect: () => {
        for (const { id, record } of pool.allTerminals()) {
          if (record.lastBar !== undefined) family.set({ terminal: id }, record.lastBar);
        }
      },
    });
  }

  /** The reference for the age of a bar: bars carry server time, which is hours away from UTC. */
  private serverTime(): void {
    const { pool, registry } = this;
    const family: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_terminal_server_time_seconds',
      help: 'Server time of the terminal now, as its last heartbeat tells it; nothing while it is not connected.',
      labelNames: ['terminal'],
      registers: [registry],
      collect: () => {
        family.reset();
        for (const { id } of pool.allTerminals()) {
          const clock = pool.clock(id);
          if (clock !== undefined) family.set({ terminal: id }, this.nowOf(clock) / 1000);
        }
      },
    });
  }

  private clockSkew(): void {
    const { pool, registry } = this;
    const family: Gauge<'terminal'> = new Gauge({
      name: 'mt5gw_terminal_clock_skew_seconds',
      help: 'How far a clock that cannot be right is ahead (negative: behind); 0 = nothing is known to be wrong.',
      labelNames: ['terminal'],
      registers: [registry],
      collect: () => {
        family.reset();
        for (const { id } of pool.allTerminals()) {
          const clock = pool.clock(id);
          if (clock !== undefined) family.set({ terminal: id }, (clock.skewMs ?? 0) / 1000);
        }
      },
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

  private nowOf({ serverTimeMs, clockRate, heardAtMs }: TerminalClock): number {
    return serverTimeMs + clockRate * (this.clock.monotonicMs() - heardAtMs);
  }
}

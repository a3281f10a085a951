import type { ConfiguredZone } from '../../config/index.js';
import { type Clock, Emitter, type Timer } from '../../kernel/index.js';
import type { ServerZone, WeekendEdges } from '../../market/index.js';
import type { ServerClockStore } from '../../persistence/index.js';
import { ServerClock, type ZoneReport } from './server-clock.js';

/** What {@link ServerZones} works with. */
export interface ServerZonesDeps {
  readonly overrides: readonly ConfiguredZone[];
  readonly store: ServerClockStore;
  readonly clock: Clock;
}

/** A server's zone is known otherwise than before. */
export interface ZoneChange {
  readonly server: string;
  readonly report: ZoneReport;
}

/** A terminal's offset is not the one of the configured zone. */
export interface ZoneConflict {
  readonly server: string;
  readonly terminalId: string;
  readonly told: number;
  readonly configured: number;
}

/** Evidence is written so long after it was found, and again after a failure, milliseconds. */
const WRITE_MS = 1000;
const RETRY_MS = 10_000;

/**
 * The zones of all brokers' servers: configured, or learned from the offsets that terminals tell and from the edges of
 * weeks. What was learned is kept in the database.
 */
export class ServerZones {
  private readonly servers = new Map<string, ServerClock>();
  private readonly conflicts = new Map<string, ZoneConflict>();
  private readonly changes = new Emitter<ZoneChange>();
  private readonly contradictions = new Emitter<ZoneConflict>();
  private readonly troubles = new Emitter<unknown>();
  private timer: Timer | undefined;
  private writing: Promise<void> | undefined;
  private loaded = false;
  private closed = false;

  readonly onChange = this.changes.subscribe;
  readonly onConflict = this.contradictions.subscribe;
  /** The database refused; it is tried again. */
  readonly onTrouble = this.troubles.subscribe;

  constructor(private readonly deps: ServerZonesDeps) {}

  /** Reads what earlier runs learned; tried again later while the database is away. */
  async load(): Promise<void> {
    try {
      for (const [server, evidence] of await this.deps.store.all()) {
        this.serverClock(server).adopt(evidence);
        this.announce(server);
      }
      this.loaded = true;
    } catch (error) {
      this.troubles.emit(error);
      this.schedule(RETRY_MS);
    }
  }

  /** What is known of a server's clock now. */
  zoneOf(server: string): ServerZone {
    return this.serverClock(server).zone;
  }

  report(server: string): ZoneReport {
    return this.serverClock(server).report;
  }

  /** Whether a terminal tells another offset than its server's configured zone has. */
  isContradicted(terminalId: string): boolean {
    return this.conflicts.has(terminalId);
  }

  /** A terminal told its server's offset, which nothing speaks against, at a server second. */
  sight(
    server: string,
    terminalId: string,
    { offset, time }: { readonly offset: number; readonly time: number },
  ): void {
    const serverClock = this.serverClock(server);
    this.compare(server, terminalId, { offset, time });
    if (serverClock.sight(offset, time, this.deps.clock.monotonicMs())) this.changed(server);
  }

  /** Weekends as a currency pair of the server shows them. */
  learnWeekends(server: string, weekends: readonly WeekendEdges[]): void {
    if (this.serverClock(server).learnWeekends(weekends)) this.changed(server);
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    await this.writing;
    await this.write();
  }

  private serverClock(server: string): ServerClock {
    let known = this.servers.get(server);
    if (known === undefined) {
      known = new ServerClock(this.deps.overrides, server);
      this.servers.set(server, known);
    }
    return known;
  }

  private changed(server: string): void {
    this.announce(server);
    this.schedule(WRITE_MS);
  }

  private announce(server: string): void {
    this.changes.emit({ server, report: this.report(server) });
  }

  private compare(server: string, terminalId: string, { offset, time }: { offset: number; time: number }): void {
    if (this.report(server).source !== 'override') return;
    const configured = this.zoneOf(server).offsetAt(time)!;
    if (configured === offset) this.conflicts.delete(terminalId);
    else if (this.conflicts.get(terminalId)?.told !== offset) {
      const conflict = { server, terminalId, told: offset, configured };
      this.conflicts.set(terminalId, conflict);
      this.contradictions.emit(conflict);
    }
  }

  private schedule(delayMs: number): void {
    if (this.closed || this.timer !== undefined) return;
    this.timer = this.deps.clock.after(delayMs, () => {
      this.timer = undefined;
      this.writing = this.write().finally(() => {
        this.writing = undefined;
      });
    });
  }

  private async write(): Promise<void> {
    if (!this.loaded && !this.closed) await this.load();
    for (const [server, serverClock] of this.servers) {
      const unwritten = serverClock.takeUnwritten();
      if (unwritten.sightings.length + unwritten.weekends.length === 0) continue;
      try {
        await this.deps.store.write(server, unwritten);
      } catch (error) {
        serverClock.giveBack(unwritten);
        this.troubles.emit(error);
        this.schedule(RETRY_MS);
        return;
      }
    }
  }
}

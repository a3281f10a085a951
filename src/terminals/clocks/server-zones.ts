import type { ConfiguredZone } from '../../config/index.js';
import { type Clock, Emitter, type Timer } from '../../kernel/index.js';
import type { ServerZone, WeekendEdges } from '../../market/index.js';
import type { ServerClockStore } from '../../persistence/index.js';
import { ServerClock, type ZoneReport } from './server-clock.js';

export interface ServerZonesDeps {
  readonly overrides: readonly ConfiguredZone[];
  readonly store: ServerClockStore;
  readonly clock: Clock;
}

/** A change in what is known of a server's zone. */
export interface ZoneChange {
  readonly server: string;
  readonly report: ZoneReport;
}

/** A terminal's offset is not the one of the configured zone. */
export interface ZoneConflict {
  readonly server: string;
  readonly terminalId: string;
  readonly reported: number;
  readonly configured: number;
}

/** Wait before found evidence is written, and before the next attempt after a failure, milliseconds. */
const WRITE_MS = 1000;
const RETRY_MS = 10_000;

/**
 * The zones of all brokers' servers: configured, or learned from the offsets of terminals and from the edges of weeks.
 * The database keeps the evidence.
 */
export class ServerZones {
  private readonly servers = new Map<string, ServerClock>();
  private readonly conflicts = new Map<string, ZoneConflict>();
  private readonly changes = new Emitter<ZoneChange>();
  private readonly contradictions = new Emitter<ZoneConflict>();
  private readonly storeErrors = new Emitter<unknown>();
  private timer: Timer | undefined;
  private writing: Promise<void> | undefined;
  private loaded = false;
  private closed = false;

  readonly onChange = this.changes.subscribe;
  readonly onConflict = this.contradictions.subscribe;
  /** The database failed; the store tries again. */
  readonly onStoreError = this.storeErrors.subscribe;

  constructor(private readonly deps: ServerZonesDeps) {}

  /** Reads the evidence of earlier runs; tries again later while the database is away. */
  async load(): Promise<void> {
    try {
      for (const [server, evidence] of await this.deps.store.all()) {
        this.serverClock(server).adopt(evidence);
        this.announce(server);
      }
      this.loaded = true;
    } catch (error) {
      this.storeErrors.emit(error);
      this.schedule(RETRY_MS);
    }
  }

  /** The zone of a server as it is known now. */
  zoneOf(server: string): ServerZone {
    return this.serverClock(server).zone;
  }

  report(server: string): ZoneReport {
    return this.serverClock(server).report;
  }

  /** Whether a terminal sends another offset than its server's configured zone has. */
  isContradicted(terminalId: string): boolean {
    return this.conflicts.has(terminalId);
  }

  /** Takes a plausible offset that a terminal sent at a server second. */
  sight(
    server: string,
    terminalId: string,
    { offset, time }: { readonly offset: number; readonly time: number },
  ): void {
    const serverClock = this.serverClock(server);
    this.compare(server, terminalId, { offset, time });
    if (serverClock.sight(offset, time, this.deps.clock.monotonicMs())) this.changed(server);
  }

  /** Takes the weekends that a currency pair of the server shows. */
  learnWeekends(server: string, weekends: readonly WeekendEdges[]): void {
    if (this.serverClock(server).learnWeekends(weekends)) this.changed(server);
  }

  /** Writes all unwritten evidence. */
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
    else if (this.conflicts.get(terminalId)?.reported !== offset) {
      const conflict = { server, terminalId, reported: offset, configured };
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
        this.storeErrors.emit(error);
        this.schedule(RETRY_MS);
        return;
      }
    }
  }
}

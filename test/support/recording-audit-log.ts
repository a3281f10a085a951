import { Emitter } from '../../src/kernel/index.js';
import { type AuditEntry, AuditLog } from '../../src/persistence/index.js';

/** Keeps what it is told. */
export class RecordingAuditLog extends AuditLog {
  readonly entries: AuditEntry[] = [];
  private readonly told = new Emitter<AuditEntry>();
  readonly onEntry = this.told.subscribe;

  override record(entry: AuditEntry): void {
    this.entries.push(entry);
    this.told.emit(entry);
  }

  override async write(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
    this.told.emit(entry);
  }
}

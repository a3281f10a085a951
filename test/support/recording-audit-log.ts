import { type AuditEntry, AuditLog } from '../../src/persistence/index.js';

/** Keeps what it is told. */
export class RecordingAuditLog extends AuditLog {
  readonly entries: AuditEntry[] = [];

  override record(entry: AuditEntry): void {
    this.entries.push(entry);
  }

  override async write(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
  }
}

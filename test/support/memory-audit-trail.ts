import {
  type AuditQuery,
  type AuditRecord,
  AuditTrail,
  type ChainState,
  type VerifierState,
} from '../../src/persistence/index.js';
import type { AuditPage } from '../../src/persistence/audit/audit-trail.js';
import type { RecordingAuditLog } from './recording-audit-log.js';

/** What a {@link RecordingAuditLog} was told, newest first and never sealed. Knows no filters and one page. */
export class MemoryAuditTrail extends AuditTrail {
  constructor(private readonly log: RecordingAuditLog) {
    super();
  }

  override async list({ limit }: AuditQuery): Promise<AuditPage> {
    return { items: this.records().reverse().slice(0, limit), nextCursor: undefined };
  }

  override async find(id: string): Promise<AuditRecord | undefined> {
    return this.records().find((record) => record.id === id);
  }

  override async chain(): Promise<ChainState> {
    const unsealed = { count: this.log.entries.length, overdue: [] };
    return { head: { seq: 0, hash: '0'.repeat(64) }, unsealed };
  }

  private records(): AuditRecord[] {
    return this.log.entries.map(({ at, detail, ...entry }, index) => ({
      ...entry,
      id: String(index + 1),
      at: at.toISOString(),
      recordedAt: at.toISOString(),
      detail: JSON.stringify(detail),
      seal: undefined,
    }));
  }
}

/** A verifier that never verifies. */
export const IDLE_VERIFIER = {
  verify: (): void => undefined,
  state: (): VerifierState => ({ running: undefined, last: undefined, failure: undefined }),
};

import { section, settingsOf } from '../environment/section.js';
import { integer, text } from '../environment/variable.js';

export const AUDIT = section('Audit trail', {
  retentionMonths: integer('AUDIT_RETENTION_MONTHS', {
    about: 'Whole months that the audit trail is kept besides the current one; older ones are dropped by the month.',
    range: [3, 1200, 'months'],
    default: 24,
  }),
  spoolDir: text('AUDIT_SPOOL_DIR', {
    about:
      'Folder in which audit entries wait while the database is away; keep it on a disk that outlives the process.',
    form: 'path',
    default: 'data/audit-spool',
  }),
  spoolMaxBytes: integer('AUDIT_SPOOL_MAX_BYTES', {
    about: 'Most bytes that may wait there; an entry takes some 300.',
    range: [65_536, 1_099_511_627_776, 'bytes'],
    default: 67_108_864,
  }),
});

/** The audit trail. */
export class AuditSettings extends settingsOf(AUDIT) {}

import { section, settingsOf } from '../environment/section.js';
import { integer, text } from '../environment/variable.js';

export const AUDIT = section('Audit trail', {
  retentionMonths: integer('AUDIT_RETENTION_MONTHS', {
    about: 'Whole months of the audit trail to keep in addition to the current one; older months are dropped.',
    range: [3, 1200, 'months'],
    default: 24,
  }),
  spoolDir: text('AUDIT_SPOOL_DIR', {
    about: 'Folder in which audit entries wait while the database is away; put it on a disk that outlives the process.',
    form: 'path',
    default: 'data/audit-spool',
  }),
  spoolMaxBytes: integer('AUDIT_SPOOL_MAX_BYTES', {
    about: 'Upper bound of that folder in bytes; an entry takes about 300.',
    range: [65_536, 1_099_511_627_776, 'bytes'],
    default: 67_108_864,
  }),
});

/** The audit trail. */
export class AuditSettings extends settingsOf(AUDIT) {}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A row of the audit trail; append-only. The class only describes the table: partitions, partial indexes and triggers are
 * beyond TypeORM, so migrations alone make it, and rows are written and sealed by statements of their own.
 */
@Entity('audit_event', { synchronize: false })
export class AuditEventEntity {
  /** Order in which rows came in. */
  @Column('int8')
  id!: string;

  @PrimaryColumn('timestamptz')
  at!: Date;

  /** Given by whoever wrote it, so that writing twice is noticed. */
  @PrimaryColumn('uuid', { name: 'entry_id' })
  entryId!: string;

  /** When the database got it; later than `at` after an outage. */
  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;

  @Column('text')
  actor!: string;

  @Column('text')
  action!: string;

  @Column('text')
  target!: string;

  /** JSON as text: jsonb would reorder it. */
  @Column('text')
  detail!: string;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  /** Place in the chain; null until the row is sealed. */
  @Column('int8', { nullable: true })
  seq!: string | null;

  @Column('bytea', { nullable: true })
  hash!: Buffer | null;
}

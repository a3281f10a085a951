import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A row of the audit trail; append-only. The class only describes the table: TypeORM cannot express its partitions,
 * partial indexes and triggers, so migrations alone create it, and hand-written statements insert and seal rows.
 */
@Entity('audit_event', { synchronize: false })
export class AuditEventEntity {
  /** Ascends in the order in which rows arrived. */
  @Column('int8')
  id!: string;

  @PrimaryColumn('timestamptz')
  at!: Date;

  /** Chosen by the writer, so that a repeated write is detected. */
  @PrimaryColumn('uuid', { name: 'entry_id' })
  entryId!: string;

  /** Time at which the database received it; later than `at` after an outage. */
  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;

  @Column('text')
  actor!: string;

  @Column('text')
  action!: string;

  @Column('text')
  target!: string;

  /** JSON as text: jsonb would reorder its members. */
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

import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A row of the audit trail; append-only. Written by a statement of its own, in batches. */
@Entity('audit_event')
@Index('audit_event_at', ['at', 'id'])
export class AuditEventEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int8', primaryKeyConstraintName: 'audit_event_pkey' })
  id!: string;

  @Column('timestamptz')
  at!: Date;

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
}

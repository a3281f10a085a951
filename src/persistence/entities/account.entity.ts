import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('account')
@Check('account_state_check', `"state" IN ('active', 'suspended')`)
@Index('account_external_id', ['externalId'], { unique: true })
@Index('account_newest', ['createdAt', 'id'])
@Index('account_changed', ['changedAt'])
export class AccountEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'account_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  tier!: string;

  @Column('text')
  state!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column('text', { name: 'state_reason', nullable: true })
  stateReason!: string | null;

  @Column('int', { default: 1 })
  version!: number;

  /** Time of the last change by the database's clock; never written from here, so that all changes share one clock. */
  @Column('timestamptz', { name: 'changed_at', default: () => 'clock_timestamp()' })
  changedAt!: Date;
}

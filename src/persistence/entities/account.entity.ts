import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A customer or an admin. */
@Entity('account')
@Check('account_state_check', `"state" IN ('active', 'suspended')`)
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
}

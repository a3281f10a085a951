import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** A key; its secret is never stored. */
@Entity('api_key')
@Check('api_key_kind_check', `"kind" IN ('live', 'test', 'adm')`)
@Index('api_key_newest', ['createdAt', 'id'])
@Index('api_key_account', ['accountId', 'createdAt', 'id'])
@Index('api_key_changed', ['changedAt'])
export class ApiKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'api_key_pkey' })
  id!: string;

  @Column('text', { name: 'account_id' })
  accountId!: string;

  @ManyToOne(() => AccountEntity, { nullable: false })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'api_key_account_id_fkey' })
  account!: AccountEntity;

  @Column('text')
  kind!: string;

  @Column('text')
  name!: string;

  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('text')
  last4!: string;

  @Column('text', { array: true })
  scopes!: string[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'not_before', nullable: true })
  notBefore!: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('text', { name: 'revoked_reason', nullable: true })
  revokedReason!: string | null;

  /** Version of the pepper that hashed the secret. */
  @Column('int', { name: 'pepper_version', default: 1 })
  pepperVersion!: number;

  @Column('text', { name: 'allowed_addresses', array: true, default: () => "'{}'" })
  allowedAddresses!: string[];

  @Column('text', { name: 'replaced_by', nullable: true })
  replacedBy!: string | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  /** Time of the last change other than use, by the database's clock; never written from here. */
  @Column('timestamptz', { name: 'changed_at', default: () => 'clock_timestamp()' })
  changedAt!: Date;
}

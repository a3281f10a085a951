import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { TierEntity } from './tier.entity.js';

/** Content of a tier from `effective_at` on. */
@Entity('tier_version')
@Check('tier_version_limits_check', 'per_minute > 0 AND per_day > 0 AND concurrent > 0')
export class TierVersionEntity {
  @PrimaryColumn('text', { name: 'tier', primaryKeyConstraintName: 'tier_version_pkey' })
  tierName!: string;

  @ManyToOne(() => TierEntity, { nullable: false })
  @JoinColumn({ name: 'tier', foreignKeyConstraintName: 'tier_version_tier_fkey' })
  tier!: TierEntity;

  @PrimaryColumn('int4', { primaryKeyConstraintName: 'tier_version_pkey' })
  version!: number;

  @Column('timestamptz', { name: 'effective_at' })
  effectiveAt!: Date;

  @Column('text', { array: true, nullable: true })
  symbols!: string[] | null;

  @Column('text', { array: true })
  timeframes!: string[];

  @Column('int4', { name: 'per_minute' })
  perMinute!: number;

  @Column('int4', { name: 'per_day', nullable: true })
  perDay!: number | null;

  @Column('int4', { nullable: true })
  concurrent!: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}

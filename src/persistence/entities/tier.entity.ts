import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tier; its versions hold its content. */
@Entity('tier')
export class TierEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'tier_pkey' })
  name!: string;

  @Column('int4')
  rank!: number;

  @Column('int4')
  version!: number;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}

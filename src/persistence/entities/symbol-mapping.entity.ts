import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An operator's override of a broker's name of a symbol; without a name it was removed. */
@Entity('symbol_mapping')
export class SymbolMappingEntity {
  @PrimaryColumn('text', { name: 'terminal_id', primaryKeyConstraintName: 'symbol_mapping_pkey' })
  terminalId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'symbol_mapping_pkey' })
  symbol!: string;

  @Column('text', { name: 'broker_name', nullable: true })
  brokerName!: string | null;

  @Column('int4')
  version!: number;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt!: Date;

  @Column('text', { name: 'changed_by' })
  changedBy!: string;
}

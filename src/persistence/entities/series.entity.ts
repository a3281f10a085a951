import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A series of bars: one symbol and timeframe of one broker server, under one name of the broker. */
@Entity('series')
@Unique('series_key', ['brokerServer', 'symbol', 'timeframe', 'brokerSymbol'])
export class SeriesEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int4', primaryKeyConstraintName: 'series_pkey' })
  id!: number;

  @Column('text', { name: 'broker_server' })
  brokerServer!: string;

  @Column('text')
  symbol!: string;

  @Column('text')
  timeframe!: string;

  @Column('text', { name: 'broker_symbol' })
  brokerSymbol!: string;

  @Column('text', { name: 'terminal_id' })
  terminalId!: string;

  @Column('int2')
  digits!: number;

  @Column('int4', { name: 'utc_offset_seconds', nullable: true })
  utcOffsetSeconds!: number | null;

  @Column('bool')
  simulated!: boolean;

  @Column('bool', { name: 'reaches_start', default: false })
  reachesStart!: boolean;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;
}

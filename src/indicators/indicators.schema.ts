import type { Type } from '@nestjs/common';
import { ApiProperty, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { SeriesMetadataView } from '../candles/index.js';
import { INDICATORS } from './catalog/catalog.js';

/** One bar of an indicators answer. */
@ApiSchema({ description: 'One bar of an indicators answer.' })
export class OhlcBarSchema {
  @ApiProperty({
    description:
      'Open, unix seconds in the broker’s server time. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646427600,
    type: 'integer',
    nullable: true,
  })
  readonly time!: number | null;

  @ApiProperty({ description: 'Open.', example: 1964.02 })
  readonly open!: number;

  @ApiProperty({ description: 'High.', example: 1970.19 })
  readonly high!: number;

  @ApiProperty({ description: 'Low.', example: 1963.57 })
  readonly low!: number;

  @ApiProperty({ description: 'Close.', example: 1966.99 })
  readonly close!: number;

  @ApiProperty({ description: 'Tick volume.', example: 6665, type: 'integer' })
  readonly volume!: number;
}

/** Metadata of an indicators answer. */
@ApiSchema({ description: 'Metadata of an indicators answer.' })
export class IndicatorMetadataSchema extends SeriesMetadataView {
  @ApiProperty({
    description: 'Who found fractals and lines: our engine, or the terminal’s own indicators.',
    enum: ['engine', 'terminal'],
    example: 'engine',
  })
  readonly indicator_source!: 'engine' | 'terminal';
}

class BarsSchema {
  @ApiProperty({ description: 'Bars, oldest first; the last may be forming.', type: [OhlcBarSchema] })
  readonly ohlc!: OhlcBarSchema[];
}

class MetadataMemberSchema {
  @ApiProperty({ description: 'What the answer stands on.', type: IndicatorMetadataSchema })
  readonly metadata!: IndicatorMetadataSchema;
}

const MEMBERS: Type[] = [BarsSchema, ...INDICATORS.map(({ schema }) => schema), MetadataMemberSchema];

/** Bars with the members of each indicator. */
@ApiSchema({ description: 'Bars with fractals and lines.' })
export class IndicatorDataSchema extends IntersectionType(...MEMBERS) {}

/** Answer of `GET /indicators/{symbol}/{timeframe}`. */
@ApiSchema({ description: 'Answer of `GET /indicators/{symbol}/{timeframe}`.' })
export class IndicatorAnswerSchema {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The answer.', type: IndicatorDataSchema })
  readonly data!: IndicatorDataSchema;
}

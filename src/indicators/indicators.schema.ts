import type { Type } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import { SeriesMetadataView } from '../candles/index.js';
import { answerOf, Decimal, OneOf, Part, Parts, Schema, Whole } from '../http/index.js';
import { INDICATORS } from './catalog/catalog.js';

@Schema('One bar of an indicators answer.')
export class OhlcBarSchema {
  @Whole(
    'Open, unix seconds in the broker’s server time. Null only with `time_format=utc`, where UTC is not known.',
    1646427600,
    'nullable',
  )
  readonly time!: number | null;
  @Decimal('Open.', 1964.02) readonly open!: number;
  @Decimal('High.', 1970.19) readonly high!: number;
  @Decimal('Low.', 1963.57) readonly low!: number;
  @Decimal('Close.', 1966.99) readonly close!: number;
  @Whole('Tick volume.', 6665) readonly volume!: number;
}

@Schema('Metadata of an indicators answer.')
export class IndicatorMetadataSchema extends SeriesMetadataView {
  @OneOf(
    'Source of fractals and lines: the engine of the gateway, or the indicators of the terminal.',
    ['engine', 'terminal'],
    'engine',
  )
  readonly indicator_source!: 'engine' | 'terminal';
}

class BarsSchema {
  @Parts('Bars, oldest first; the last may be forming.', OhlcBarSchema) readonly ohlc!: OhlcBarSchema[];
}

class MetadataMemberSchema {
  @Part('What the answer stands on.', IndicatorMetadataSchema) readonly metadata!: IndicatorMetadataSchema;
}

const MEMBERS: Type[] = [BarsSchema, ...INDICATORS.map(({ schema }) => schema), MetadataMemberSchema];

@Schema('Bars with the members of each indicator.')
export class IndicatorDataSchema extends IntersectionType(...MEMBERS) {}

export const IndicatorAnswerSchema = answerOf(
  'IndicatorAnswerSchema',
  IndicatorDataSchema,
  'Bars, fractals and lines. The lists of the example are shortened to their last entries.',
);

import { Decimal, OneOf, Part, Parts, Schema, Text, Whole } from '../../http/index.js';

const BAR_TIME = 'Open of the bar. Null only with `time_format=utc`, where UTC is not known.';

@Schema('A line at one bar.')
export class LinePointSchema {
  @Whole('Position in `ohlc`.', 999) readonly index!: number;
  @Whole(BAR_TIME, 1646427600, 'nullable') readonly time!: number | null;
  @Decimal('Price of the line, unrounded.', 1966.4137931034484) readonly value!: number;
}

@Schema('A confirmed fractal.')
export class FractalPointSchema {
  @Whole('Position in `ohlc`.', 912) readonly index!: number;
  @Whole(BAR_TIME, 1646114400, 'nullable') readonly time!: number | null;
  @Decimal('High (peak) or low (bottom) of the bar.', 1950.23) readonly price!: number;
  @Whole(
    'Open of the bar whose close confirmed it. Null only with `time_format=utc`, where UTC is not known.',
    1646175600,
    'nullable',
  )
  readonly confirmed_at!: number | null;
}

@Schema('Lines through fractals of one kind; an empty list where there is no such line.')
export class HorizontalLinesSchema {
  @Parts('Best line through peaks.', LinePointSchema) readonly peak_1!: LinePointSchema[];
  @Parts('Second best line through peaks.', LinePointSchema) readonly peak_2!: LinePointSchema[];
  @Parts('Third best line through peaks.', LinePointSchema) readonly peak_3!: LinePointSchema[];
  @Parts('Best line through bottoms.', LinePointSchema) readonly bottom_1!: LinePointSchema[];
  @Parts('Second best line through bottoms.', LinePointSchema) readonly bottom_2!: LinePointSchema[];
  @Parts('Third best line through bottoms.', LinePointSchema) readonly bottom_3!: LinePointSchema[];
}

@Schema('Lines from a fractal of one kind to a later one of the other; an empty list where there is no such line.')
export class DiagonalLinesSchema {
  @Parts('Best ascending line.', LinePointSchema) readonly ascending_1!: LinePointSchema[];
  @Parts('Second best ascending line.', LinePointSchema) readonly ascending_2!: LinePointSchema[];
  @Parts('Third best ascending line.', LinePointSchema) readonly ascending_3!: LinePointSchema[];
  @Parts('Best descending line.', LinePointSchema) readonly descending_1!: LinePointSchema[];
  @Parts('Second best descending line.', LinePointSchema) readonly descending_2!: LinePointSchema[];
  @Parts('Third best descending line.', LinePointSchema) readonly descending_3!: LinePointSchema[];
}

@Schema('Every confirmed fractal of the window.')
export class FractalsSchema {
  @Parts('Peaks, oldest first.', FractalPointSchema) readonly peaks!: FractalPointSchema[];
  @Parts('Bottoms, oldest first.', FractalPointSchema) readonly bottoms!: FractalPointSchema[];
}

@Schema('A place that a line goes through.')
export class LinePlaceSchema {
  @Whole('Position in `ohlc`; null when it is older than the window.', 702, 'nullable') readonly index!: number | null;
  @Whole(BAR_TIME, 1645358400, 'nullable') readonly time!: number | null;
  @Decimal('Price of the fractal.', 1902.44) readonly price!: number;
}

@Schema('A fractal that a line touches.')
export class LineTouchSchema extends LinePlaceSchema {
  @OneOf('Kind of fractal.', ['peak', 'bottom'], 'peak') readonly kind!: 'peak' | 'bottom';
}

@Schema('Where a line comes from.')
export class LineOriginSchema {
  @Text('Name of the line in `horizontal` or `diagonal`.', 'peak_1') readonly name!: string;
  @OneOf('Kind of line.', ['peak', 'bottom', 'ascending', 'descending'], 'peak') readonly kind!: string;
  @Decimal('Score by which lines are ranked; null where the terminal reports none.', 173.26, 'nullable')
  readonly score!: number | null;
  @Decimal('Signed, in degrees; one ATR a bar is 45.', 3.41, 'nullable') readonly angle!: number | null;
  @Parts('Fractals that it touches, by time.', LineTouchSchema) readonly touches!: LineTouchSchema[];
  @Part('First anchor.', LinePlaceSchema) readonly from!: LinePlaceSchema;
  @Part('Second anchor.', LinePlaceSchema) readonly to!: LinePlaceSchema;
}

/** Members that fractal lines add to an answer. */
export class FractalLinesSchema {
  @Part('Lines through fractals of one kind.', HorizontalLinesSchema) readonly horizontal!: HorizontalLinesSchema;
  @Part('Lines between fractals of both kinds.', DiagonalLinesSchema) readonly diagonal!: DiagonalLinesSchema;
  @Part('Confirmed fractals.', FractalsSchema) readonly fractals!: FractalsSchema;
  @Parts('Where each line comes from.', LineOriginSchema) readonly lines!: LineOriginSchema[];
}

import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** A line at one bar. */
@ApiSchema({ description: 'A line at one bar.' })
export class LinePointSchema {
  @ApiProperty({ description: 'Position in `ohlc`.', example: 999, type: 'integer' })
  readonly index!: number;

  @ApiProperty({
    description: 'Open of the bar. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646427600,
    type: 'integer',
    nullable: true,
  })
  readonly time!: number | null;

  @ApiProperty({ description: 'Price of the line, unrounded.', example: 1966.4137931034484 })
  readonly value!: number;
}

/** A confirmed fractal. */
@ApiSchema({ description: 'A confirmed fractal.' })
export class FractalPointSchema {
  @ApiProperty({ description: 'Position in `ohlc`.', example: 912, type: 'integer' })
  readonly index!: number;

  @ApiProperty({
    description: 'Open of the bar. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646114400,
    type: 'integer',
    nullable: true,
  })
  readonly time!: number | null;

  @ApiProperty({ description: 'High (peak) or low (bottom) of the bar.', example: 1950.23 })
  readonly price!: number;

  @ApiProperty({
    description: 'Open of the bar whose close confirmed it. Null only with `time_format=utc`, where UTC is not known.',
    example: 1646175600,
    type: 'integer',
    nullable: true,
  })
  readonly confirmed_at!: number | null;
}

/** Lines through fractals of one kind; an empty list where there is no such line. */
@ApiSchema({ description: 'Lines through fractals of one kind; an empty list where there is no such line.' })
export class HorizontalLinesSchema {
  @ApiProperty({ description: 'Best line through peaks.', type: [LinePointSchema] })
  readonly peak_1!: LinePointSchema[];

  @ApiProperty({ description: 'Second best line through peaks.', type: [LinePointSchema] })
  readonly peak_2!: LinePointSchema[];

  @ApiProperty({ description: 'Third best line through peaks.', type: [LinePointSchema] })
  readonly peak_3!: LinePointSchema[];

  @ApiProperty({ description: 'Best line through bottoms.', type: [LinePointSchema] })
  readonly bottom_1!: LinePointSchema[];

  @ApiProperty({ description: 'Second best line through bottoms.', type: [LinePointSchema] })
  readonly bottom_2!: LinePointSchema[];

  @ApiProperty({ description: 'Third best line through bottoms.', type: [LinePointSchema] })
  readonly bottom_3!: LinePointSchema[];
}

/** Lines from a fractal of one kind to a later one of the other; an empty list where there is no such line. */
@ApiSchema({
  description:
    'Lines from a fractal of one kind to a later one of the other; an empty list where there is no such line.',
})
export class DiagonalLinesSchema {
  @ApiProperty({ description: 'Best ascending line.', type: [LinePointSchema] })
  readonly ascending_1!: LinePointSchema[];

  @ApiProperty({ description: 'Second best ascending line.', type: [LinePointSchema] })
  readonly ascending_2!: LinePointSchema[];

  @ApiProperty({ description: 'Third best ascending line.', type: [LinePointSchema] })
  readonly ascending_3!: LinePointSchema[];

  @ApiProperty({ description: 'Best descending line.', type: [LinePointSchema] })
  readonly descending_1!: LinePointSchema[];

  @ApiProperty({ description: 'Second best descending line.', type: [LinePointSchema] })
  readonly descending_2!: LinePointSchema[];

  @ApiProperty({ description: 'Third best descending line.', type: [LinePointSchema] })
  readonly descending_3!: LinePointSchema[];
}

/** Every confirmed fractal of the window. */
@ApiSchema({ description: 'Every confirmed fractal of the window.' })
export class FractalsSchema {
  @ApiProperty({ description: 'Peaks, oldest first.', type: [FractalPointSchema] })
  readonly peaks!: FractalPointSchema[];

  @ApiProperty({ description: 'Bottoms, oldest first.', type: [FractalPointSchema] })
  readonly bottoms!: FractalPointSchema[];
}

/** A place that a line goes through. */
@ApiSchema({ description: 'A place that a line goes through.' })
export class LinePlaceSchema {
  @ApiProperty({
    description: 'Position in `ohlc`; null when it is older than the window.',
    example: 702,
    type: 'integer',
    nullable: true,
  })
  readonly index!: number | null;

  @ApiProperty({
    description: 'Open of the bar. Null only with `time_format=utc`, where UTC is not known.',
    example: 1645358400,
    type: 'integer',
    nullable: true,
  })
  readonly time!: number | null;

  @ApiProperty({ description: 'Price of the fractal.', example: 1902.44 })
  readonly price!: number;
}

/** A fractal that a line touches. */
@ApiSchema({ description: 'A fractal that a line touches.' })
export class LineTouchSchema extends LinePlaceSchema {
  @ApiProperty({ description: 'Kind of fractal.', enum: ['peak', 'bottom'], example: 'peak' })
  readonly kind!: 'peak' | 'bottom';
}

/** Where a line comes from. */
@ApiSchema({ description: 'Where a line comes from.' })
export class LineOriginSchema {
  @ApiProperty({ description: 'Name of the line in `horizontal` or `diagonal`.', example: 'peak_1' })
  readonly name!: string;

  @ApiProperty({ description: 'Kind of line.', example: 'peak', enum: ['peak', 'bottom', 'ascending', 'descending'] })
  readonly kind!: string;

  @ApiProperty({
    description: 'Score by which lines are ranked; null where the terminal does not tell.',
    example: 173.26,
    type: 'number',
    nullable: true,
  })
  readonly score!: number | null;

  @ApiProperty({
    description: 'Signed, in degrees; one ATR a bar is 45.',
    example: 3.41,
    type: 'number',
    nullable: true,
  })
  readonly angle!: number | null;

  @ApiProperty({ description: 'Fractals that it touches, by time.', type: [LineTouchSchema] })
  readonly touches!: LineTouchSchema[];

  @ApiProperty({ description: 'First anchor.', type: LinePlaceSchema })
  readonly from!: LinePlaceSchema;

  @ApiProperty({ description: 'Second anchor.', type: LinePlaceSchema })
  readonly to!: LinePlaceSchema;
}

/** What an answer has of fractals and lines. */
export class FractalLinesSchema {
  @ApiProperty({ description: 'Lines through fractals of one kind.', type: HorizontalLinesSchema })
  readonly horizontal!: HorizontalLinesSchema;

  @ApiProperty({ description: 'Lines between fractals of both kinds.', type: DiagonalLinesSchema })
  readonly diagonal!: DiagonalLinesSchema;

  @ApiProperty({ description: 'Confirmed fractals.', type: FractalsSchema })
  readonly fractals!: FractalsSchema;

  @ApiProperty({ description: 'Where each line comes from.', type: [LineOriginSchema] })
  readonly lines!: LineOriginSchema[];
}

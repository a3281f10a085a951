import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** An account that a change would concern. */
@ApiSchema({ description: 'An account that the change would concern.' })
export class AffectedAccountView {
  @ApiProperty({ description: 'Id.', example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S' })
  readonly id!: string;

  @ApiProperty({ description: 'Name.', example: 'Example Ltd' })
  readonly name!: string;
}

/** Who a change would concern. */
@ApiSchema({ description: 'Who the change would concern: the accounts that have the tier now.' })
export class AffectedAccountsView {
  @ApiProperty({ description: 'How many.', type: 'integer', example: 12 })
  readonly count!: number;

  @ApiProperty({ description: 'The first of them by id, at most 100.', type: [AffectedAccountView] })
  readonly first!: AffectedAccountView[];
}

/** What of a list the accounts would lose and win. */
@ApiSchema({ description: 'What the accounts would lose and win.' })
export class ListDifferenceView {
  @ApiProperty({ description: 'No longer allowed.', type: [String], example: ['US30'] })
  readonly lost!: string[];

  @ApiProperty({ description: 'Allowed from then on.', type: [String], example: ['GBPUSD'] })
  readonly won!: string[];
}

/** A number that is always there. */
@ApiSchema({ description: 'A number before and after.' })
export class NumberDifferenceView {
  @ApiProperty({ description: 'Without the change.', type: 'integer', example: 60 })
  readonly before!: number;

  @ApiProperty({ description: 'With the change.', type: 'integer', example: 120 })
  readonly after!: number;
}

/** A limit that may be none. */
@ApiSchema({ description: 'A limit before and after; null = no limit.' })
export class LimitDifferenceView {
  @ApiProperty({ description: 'Without the change.', type: 'integer', nullable: true, example: 2000 })
  readonly before!: number | null;

  @ApiProperty({ description: 'With the change.', type: 'integer', nullable: true, example: null })
  readonly after!: number | null;
}

/** All limits before and after. */
@ApiSchema({ description: 'All limits before and after.' })
export class LimitsDifferenceView {
  @ApiProperty({ description: 'Requests a minute.', type: NumberDifferenceView })
  readonly per_minute!: NumberDifferenceView;

  @ApiProperty({ description: 'Requests a day.', type: LimitDifferenceView })
  readonly per_day!: LimitDifferenceView;

  @ApiProperty({ description: 'Requests at once.', type: LimitDifferenceView })
  readonly concurrent!: LimitDifferenceView;
}

/** What a change would do. */
@ApiSchema({ description: 'What a change would do.' })
export class TierPreviewView {
  @ApiProperty({ description: 'The tier.', example: 'FREE' })
  readonly name!: string;

  @ApiProperty({ description: 'Its version that was looked at.', type: 'integer', example: 3 })
  readonly version!: number;

  @ApiProperty({ description: 'When the change would take effect.', example: '2027-01-01T00:00:00.000Z' })
  readonly effective_at!: string;

  @ApiProperty({
    description: 'When a version that is scheduled already would take its place.',
    type: String,
    nullable: true,
    example: null,
  })
  readonly until!: string | null;

  @ApiProperty({ description: 'Who has the tier.', type: AffectedAccountsView })
  readonly accounts!: AffectedAccountsView;

  @ApiProperty({ description: 'Place among the tiers.', type: NumberDifferenceView })
  readonly rank!: NumberDifferenceView;

  @ApiProperty({ description: 'Symbols; `*` is written out.', type: ListDifferenceView })
  readonly symbols!: ListDifferenceView;

  @ApiProperty({ description: 'Timeframes.', type: ListDifferenceView })
  readonly timeframes!: ListDifferenceView;

  @ApiProperty({ description: 'Limits.', type: LimitsDifferenceView })
  readonly limits!: LimitsDifferenceView;
}

/** Answer of POST /admin/tiers/{name}/preview. */
@ApiSchema({ description: 'Answer of POST /admin/tiers/{name}/preview.' })
export class TierPreviewAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'What the change would do.', type: TierPreviewView })
  readonly data!: TierPreviewView;
}

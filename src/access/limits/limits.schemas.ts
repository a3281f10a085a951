import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** One limit on requests per time. */
@ApiSchema({ description: 'One limit on requests per time.' })
export class LimitPolicy {
  @ApiProperty({
    description: 'Name of the limit, as in `violated_policies` and the RateLimit headers.',
    enum: ['minute', 'day'],
    example: 'minute',
  })
  readonly name!: string;

  @ApiProperty({ description: 'Requests per window.', type: 'integer', example: 60 })
  readonly limit!: number;

  @ApiProperty({
    description: 'Length of the window, seconds; it begins with the first counted request.',
    type: 'integer',
    example: 60,
  })
  readonly window!: number;

  @ApiProperty({ description: 'Requests that are left in this window.', type: 'integer', example: 57 })
  readonly remaining!: number;

  @ApiProperty({
    description: 'Seconds until the window ends; its whole length when none has begun.',
    type: 'integer',
    example: 12,
  })
  readonly reset_after!: number;

  @ApiProperty({ description: 'When that is, unix seconds (UTC).', type: 'integer', example: 1795263377 })
  readonly reset!: number;
}

/** The limit on requests at once. */
@ApiSchema({ description: 'The limit on requests at once.' })
export class LimitConcurrency {
  @ApiProperty({
    description: 'Requests at once; 50 where the tier names none.',
    type: 'integer',
    nullable: true,
    example: 2,
  })
  readonly limit!: number | null;

  @ApiProperty({ description: 'Counted requests of the account that are open now.', type: 'integer', example: 0 })
  readonly in_use!: number;
}

/** What the account may do and what is left. */
@ApiSchema({ description: 'What the account may do and what is left.' })
export class Limits {
  @ApiProperty({ description: 'All keys of the account share its limits.', example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S' })
  readonly account_id!: string;

  @ApiProperty({ description: "The account's tier; X-User-Tier never changes its limits.", example: 'FREE' })
  readonly tier!: string;

  @ApiProperty({ description: 'A request runs only if all of them allow it.', type: [LimitPolicy] })
  readonly policies!: LimitPolicy[];

  @ApiProperty({ description: 'Requests at once.', type: LimitConcurrency })
  readonly concurrency!: LimitConcurrency;
}

/** Answer of /limits. */
@ApiSchema({ description: 'Answer of /limits.' })
export class LimitsAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'Where the account stands.', type: Limits })
  readonly data!: Limits;
}

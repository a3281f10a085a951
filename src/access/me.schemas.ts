import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** The key that the request came with. */
@ApiSchema({ description: 'The key that the request came with.' })
export class MyKey {
  @ApiProperty({ description: 'Names the key; not secret.', example: '7hJk2LmN0p' })
  readonly id!: string;

  @ApiProperty({ description: 'What it is for.', enum: ['live', 'adm'], example: 'live' })
  readonly kind!: string;

  @ApiProperty({ description: 'Admin areas; empty for live keys.', type: [String], example: [] })
  readonly scopes!: string[];
}

/** The account's limits. */
@ApiSchema({ description: "The account's limits." })
export class MyLimits {
  @ApiProperty({ description: 'Requests a minute.', type: 'integer', example: 60 })
  readonly per_minute!: number;

  @ApiProperty({ description: 'Requests a day; null = no limit.', type: 'integer', nullable: true, example: 2000 })
  readonly per_day!: number | null;

  @ApiProperty({ description: 'Requests at once; null = no limit.', type: 'integer', nullable: true, example: 2 })
  readonly concurrent!: number | null;
}

/** Who the caller is. */
@ApiSchema({ description: 'Who the caller is.' })
export class Me {
  @ApiProperty({ description: 'The account that the key belongs to.', example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S' })
  readonly account_id!: string;

  @ApiProperty({ description: "The account's tier; its limits count.", example: 'PRO' })
  readonly tier!: string;

  @ApiProperty({ description: 'The tier of this request, after X-User-Tier.', example: 'FREE' })
  readonly effective_tier!: string;

  @ApiProperty({ type: MyKey, description: 'The key of this request.' })
  readonly key!: MyKey;

  @ApiProperty({ type: MyLimits, description: "The account's limits, shared by all its keys." })
  readonly limits!: MyLimits;
}

/** Answer of /me. */
@ApiSchema({ description: 'Answer of /me.' })
export class MeAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: Me, description: 'Who you are.' })
  readonly data!: Me;
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { TIMEFRAMES } from '../../market/index.js';
import { IsMoment, MayBeAbsent } from '../body.rules.js';

const SYMBOL = /^(\*|[A-Z0-9][A-Z0-9._#@&-]{0,30})$/;

/** null is allowed and means that there is no limit. */
function MayBeUnlimited(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined && value !== null);
}

function Whole(min: number, max: number): PropertyDecorator {
  const rule = { message: `must be a whole number between ${min} and ${max}` };
  return applyDecorators(IsInt(rule), Min(min, rule), Max(max, rule));
}

function Symbols({ required }: { required: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: 'Canonical names that this gateway serves, or the only entry `*` for every symbol.',
      type: [String],
      required,
      example: ['EURUSD', 'XAUUSD'],
    }),
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1, { message: 'must not be empty' }),
    ArrayMaxSize(2000, { message: 'must have at most 2000 entries' }),
    ArrayUnique({ message: 'must not repeat an entry' }),
    Matches(SYMBOL, { each: true, message: 'must each be a symbol name in upper case, or the only entry is *' }),
    ValidateIf((_body, value) => required || value !== undefined),
  );
}

function Timeframes({ required }: { required: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: "MetaTrader's names of timeframes that this gateway serves.",
      type: [String],
      required,
      example: ['H1', 'D1'],
    }),
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1, { message: 'must not be empty' }),
    ArrayMaxSize(TIMEFRAMES.length, { message: `must have at most ${TIMEFRAMES.length} entries` }),
    ArrayUnique({ message: 'must not repeat an entry' }),
    IsIn(TIMEFRAMES, { each: true, message: `must each be one of ${TIMEFRAMES.join(', ')}` }),
    ValidateIf((_body, value) => required || value !== undefined),
  );
}

function Rank({ required }: { required: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: 'Place among the tiers: a higher one is better. No two tiers have the same.',
      type: 'integer',
      minimum: 0,
      maximum: 1000,
      required,
      example: 3,
    }),
    Whole(0, 1000),
    ValidateIf((_body, value) => required || value !== undefined),
  );
}

function EffectiveAt(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: 'When it takes effect: in the future, at most 366 days ahead. Default: at once.',
      required: false,
      example: '2027-01-01T00:00:00Z',
    }),
    MayBeAbsent(),
    IsMoment(),
  );
}

function PerDay(what: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: `Requests a day; null = no limit. ${what}`,
      type: 'integer',
      nullable: true,
      required: false,
      example: 2000,
    }),
    MayBeUnlimited(),
    Whole(1, 1_000_000_000),
  );
}

function Concurrent(what: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: `Requests at once; null = the default of 50. ${what}`,
      type: 'integer',
      nullable: true,
      required: false,
      example: 2,
    }),
    MayBeUnlimited(),
    Whole(1, 100_000),
  );
}

const PER_MINUTE = {
  description: 'Requests a minute.',
  type: 'integer',
  minimum: 1,
  maximum: 1_000_000,
  example: 60,
} as const;

/** All limits of a tier. */
@ApiSchema({ description: 'All limits of a tier.' })
export class TierLimitsBody {
  @ApiProperty(PER_MINUTE)
  @Whole(1, 1_000_000)
  readonly per_minute!: number;

  @PerDay('Default: no limit.')
  readonly per_day?: number | null;

  @Concurrent('Default: null.')
  readonly concurrent?: number | null;
}

/** Limits to change. */
@ApiSchema({ description: 'Limits to change.' })
export class TierLimitsPatch {
  @ApiProperty({ ...PER_MINUTE, required: false })
  @MayBeAbsent()
  @Whole(1, 1_000_000)
  readonly per_minute?: number;

  @PerDay('Default: stays.')
  readonly per_day?: number | null;

  @Concurrent('Default: stays.')
  readonly concurrent?: number | null;
}

/** Body of PUT /admin/tiers/{name}. */
@ApiSchema({ description: 'Body of PUT /admin/tiers/{name}.' })
export class ReplaceTierBody {
  @Rank({ required: true })
  readonly rank!: number;

  @Symbols({ required: true })
  readonly symbols!: string[];

  @Timeframes({ required: true })
  readonly timeframes!: string[];

  @ApiProperty({ description: 'How often an account of the tier may call.', type: TierLimitsBody })
  @IsObject({ message: 'must be an object' })
  @ValidateNested({ message: 'must be an object' })
  @Type(() => TierLimitsBody)
  readonly limits!: TierLimitsBody;

  @EffectiveAt()
  readonly effective_at?: string;
}

/** Body of POST /admin/tiers. */
@ApiSchema({ description: 'Body of POST /admin/tiers.' })
export class CreateTierBody {
  @ApiProperty({ description: 'Name of the new tier: 1 to 32 of A-Z 0-9 _.', example: 'GOLD' })
  @Matches(/^[A-Z][A-Z0-9_]{0,31}$/, { message: 'must be 1 to 32 of A-Z 0-9 _ and begin with a letter' })
  readonly name!: string;

  @Rank({ required: true })
  readonly rank!: number;

  @Symbols({ required: true })
  readonly symbols!: string[];

  @Timeframes({ required: true })
  readonly timeframes!: string[];

  @ApiProperty({ description: 'How often an account of the tier may call.', type: TierLimitsBody })
  @IsObject({ message: 'must be an object' })
  @ValidateNested({ message: 'must be an object' })
  @Type(() => TierLimitsBody)
  readonly limits!: TierLimitsBody;
}

/** Body of PATCH /admin/tiers/{name} and of a preview. */
@ApiSchema({ description: 'Body of PATCH /admin/tiers/{name} and of a preview. What is left out stays.' })
export class ChangeTierBody {
  @Rank({ required: false })
  readonly rank?: number;

  @Symbols({ required: false })
  readonly symbols?: string[];

  @Timeframes({ required: false })
  readonly timeframes?: string[];

  @ApiProperty({ description: 'Limits to change.', type: TierLimitsPatch, required: false })
  @MayBeAbsent()
  @IsObject({ message: 'must be an object' })
  @ValidateNested({ message: 'must be an object' })
  @Type(() => TierLimitsPatch)
  readonly limits?: TierLimitsPatch;

  @EffectiveAt()
  readonly effective_at?: string;
}

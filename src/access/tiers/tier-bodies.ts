import { applyDecorators, type Type as Class } from '@nestjs/common';
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
  ValidateNested,
} from 'class-validator';
import { Part, ruled, Schema, Text, Texts, Whole } from '../../http/index.js';
import { TIMEFRAMES } from '../../market/index.js';
import { IsMoment } from '../body.rules.js';

const SYMBOL = /^(\*|[A-Z0-9][A-Z0-9._#@&-]{0,30})$/;
const MAX_PER_MINUTE = 1_000_000;

function IsBetween(min: number, max: number): PropertyDecorator {
  const rule = { message: `must be a whole number between ${min} and ${max}` };
  return applyDecorators(IsInt(rule), Min(min, rule), Max(max, rule));
}

function IsList(maxSize: number): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1, { message: 'must not be empty' }),
    ArrayMaxSize(maxSize, { message: `must have at most ${maxSize} entries` }),
    ArrayUnique({ message: 'must not repeat an entry' }),
  );
}

function Symbols<P extends 'optional' | undefined = undefined>(presence?: P) {
  return ruled(
    Texts(
      'Canonical names that this gateway serves, or the only entry `*` for every symbol.',
      ['EURUSD', 'XAUUSD'],
      presence,
    ),
    IsList(2000),
    Matches(SYMBOL, { each: true, message: 'must each be a symbol name in upper case, or the only entry is *' }),
  );
}

function Timeframes<P extends 'optional' | undefined = undefined>(presence?: P) {
  return ruled(
    Texts("MetaTrader's names of timeframes that this gateway serves.", ['H1', 'D1'], presence),
    IsList(TIMEFRAMES.length),
    IsIn(TIMEFRAMES, { each: true, message: `must each be one of ${TIMEFRAMES.join(', ')}` }),
  );
}

function Rank<P extends 'optional' | undefined = undefined>(presence?: P) {
  const text = 'Place among the tiers: a higher one is better. No two tiers have the same.';
  return ruled(Whole(text, 3, presence, { minimum: 0, maximum: 1000 }), IsBetween(0, 1000));
}

function Limits<T extends object, P extends 'optional' | undefined = undefined>(
  text: string,
  limits: Class<T>,
  presence?: P,
) {
  return ruled(
    Part(text, limits, presence),
    IsObject({ message: 'must be an object' }),
    ValidateNested({ message: 'must be an object' }),
    Type(() => limits),
  );
}

function EffectiveAt() {
  const text = 'When it takes effect: in the future, at most 366 days ahead. Default: immediately.';
  return ruled(Text(text, '2027-01-01T00:00:00Z', 'optional'), IsMoment());
}

function PerMinute<P extends 'optional' | undefined = undefined>(presence?: P) {
  return ruled(
    Whole('Requests a minute.', 60, presence, { minimum: 1, maximum: MAX_PER_MINUTE }),
    IsBetween(1, MAX_PER_MINUTE),
  );
}

function PerDay(otherwise: string) {
  const text = `Requests a day; null = no limit. Default: ${otherwise}.`;
  return ruled(Whole(text, 2000, 'optional, nullable'), IsBetween(1, 1_000_000_000));
}

function Concurrent(otherwise: string) {
  const text = `Concurrent requests; null = the default of 50. Default: ${otherwise}.`;
  return ruled(Whole(text, 2, 'optional, nullable'), IsBetween(1, 100_000));
}

@Schema('All limits of a tier.')
export class TierLimitsBody {
  @PerMinute() readonly per_minute!: number;
  @PerDay('no limit') readonly per_day?: number | null;
  @Concurrent('null') readonly concurrent?: number | null;
}

@Schema('Limits to change.')
export class TierLimitsPatch {
  @PerMinute('optional') readonly per_minute?: number;
  @PerDay('stays') readonly per_day?: number | null;
  @Concurrent('stays') readonly concurrent?: number | null;
}

@Schema('Body of PUT /admin/tiers/{name}.')
export class ReplaceTierBody {
  @Rank() readonly rank!: number;
  @Symbols() readonly symbols!: string[];
  @Timeframes() readonly timeframes!: string[];
  @Limits('How often an account of the tier may call.', TierLimitsBody) readonly limits!: TierLimitsBody;
  @EffectiveAt() readonly effective_at?: string;
}

@Schema('Body of POST /admin/tiers.')
export class CreateTierBody {
  @Text('Name of the new tier: 1 to 32 of A-Z 0-9 _.', 'GOLD')
  @Matches(/^[A-Z][A-Z0-9_]{0,31}$/, { message: 'must be 1 to 32 of A-Z 0-9 _ and begin with a letter' })
  readonly name!: string;
  @Rank() readonly rank!: number;
  @Symbols() readonly symbols!: string[];
  @Timeframes() readonly timeframes!: string[];
  @Limits('How often an account of the tier may call.', TierLimitsBody) readonly limits!: TierLimitsBody;
}

@Schema('Body of PATCH /admin/tiers/{name} and of a preview. Members that are left out stay.')
export class ChangeTierBody {
  @Rank('optional') readonly rank?: number;
  @Symbols('optional') readonly symbols?: string[];
  @Timeframes('optional') readonly timeframes?: string[];
  @Limits('Limits to change.', TierLimitsPatch, 'optional') readonly limits?: TierLimitsPatch;
  @EffectiveAt() readonly effective_at?: string;
}

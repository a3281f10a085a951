import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { Each, Part, Whole } from './member.decorators.js';

/** All timeframes of MetaTrader: the nine served ones and the other twelve. */
const TIMEFRAME_NAMES = 'M1 M2 M3 M4 M5 M6 M10 M12 M15 M20 M30 H1 H2 H3 H4 H6 H8 H12 D1 W1 MN1'.split(' ');

/** Limits of an account of the tier. */
export class TierLimitsEntry {
  @Whole(1, 1_000_000) per_minute!: number;

  @IsOptional()
  @Whole(1, 1_000_000_000)
  per_day?: number;

  /** Concurrent requests. @default 50 */
  @IsOptional()
  @Whole(1, 100_000)
  concurrent?: number;
}

export class TierEntry {
  @Matches(/^[A-Z][A-Z0-9_]{0,31}$/, { message: '$property must be 1 to 32 of A-Z 0-9 _, e.g. FREE' })
  name!: string;

  /** A higher rank is the better tier. */
  @Whole(0, 1000) rank!: number;

  /** Canonical names, or `["*"]` for every symbol. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @Matches(/^(\*|[A-Z0-9][A-Z0-9._#@&-]{0,30})$/, {
    each: true,
    message: 'each of $property must be a symbol name in upper case, or the only entry is *',
  })
  symbols!: string[];

  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(TIMEFRAME_NAMES, { each: true })
  timeframes!: string[];

  @Part(() => TierLimitsEntry) limits!: TierLimitsEntry;
}

/** `config/tiers.json`: the initial tiers; from the first start on the database holds the tiers. */
export class TiersFile {
  @IsOptional()
  @IsString()
  $schema?: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique((entry: TierEntry) => entry?.name, { message: '$property must not use a name twice' })
  @ArrayUnique((entry: TierEntry) => entry?.rank, { message: '$property must not use a rank twice' })
  @Each(() => TierEntry)
  tiers!: TierEntry[];
}

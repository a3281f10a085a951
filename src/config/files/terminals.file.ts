import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsOptional,
  IsString,
  Matches,
  ValidateIf,
} from 'class-validator';
import { Each, Text, Whole } from './member.decorators.js';

const SYMBOL = /^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/;
const SYMBOL_MESSAGE = '$property must be a symbol name in upper case, e.g. EURUSD';

export class SymbolEntry {
  /** Canonical name, as customers use it. */
  @Matches(SYMBOL, { message: SYMBOL_MESSAGE })
  name!: string;

  /** The broker's name where it is not found automatically (`EURUSD.m`). Case-sensitive. */
  @IsOptional()
  @Text(63)
  broker_name?: string;
}

/** One MetaTrader 5 terminal. Its password stays on its host. */
export class TerminalEntry {
  @Matches(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, { message: '$property must be 1 to 32 of A-Z a-z 0-9 _ -, e.g. MT5_05' })
  id!: string;

  /** Account number. */
  @Whole(1, Number.MAX_SAFE_INTEGER) login!: number;

  /** Name of the host that it runs on, where an agent looks after it; `main` by default. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, { message: '$property must be 1 to 32 of A-Z a-z 0-9 _ -, e.g. main' })
  host?: string;

  /** The broker's trade server. */
  @Text(127) server!: string;

  /** Short form of `symbols` with only this name. */
  @IsOptional()
  @Matches(SYMBOL, { message: SYMBOL_MESSAGE })
  symbol?: string;

  /** Excludes {@link symbol}. */
  @ValidateIf(({ symbol, symbols }: TerminalEntry) => symbol === undefined || symbols !== undefined)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ArrayUnique((entry: SymbolEntry) => entry?.name, { message: '$property must not name a symbol twice' })
  @Each(() => SymbolEntry)
  symbols?: SymbolEntry[];
}

/** Symbols of a terminal in either form. */
export function symbolsOf({ symbol, symbols }: TerminalEntry): readonly SymbolEntry[] {
  return symbols ?? (symbol === undefined ? [] : [{ name: symbol }]);
}

/** Time zone of a broker's server. */
export class ServerEntry {
  /** The broker's trade server as terminals name it; a final `*` matches any ending. */
  @Text(127) server!: string;

  /** `Europe/Athens` (any IANA zone), `US+2/+3` or `EU+2/+3` (summer time on those dates), `UTC+3`. */
  @Text(64) zone!: string;
}

/** `config/terminals.json`: the expected terminals. Of several terminals with a symbol the first one serves it. */
export class TerminalsFile {
  @IsOptional()
  @IsString()
  $schema?: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ArrayUnique((entry: TerminalEntry) => entry?.id, { message: '$property must not use an id twice' })
  @Each(() => TerminalEntry)
  terminals!: TerminalEntry[];

  /** Known zones. The zones of other servers are learned from terminals and bars. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @ArrayUnique((entry: ServerEntry) => entry?.server, { message: '$property must not name a server twice' })
  @Each(() => ServerEntry)
  servers?: ServerEntry[];
}

import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { IntegerParameter, TextParameter } from '../../http/index.js';

/** Query of GET /admin/symbol-mappings. */
export class ListMappingsQuery {
  @IntegerParameter({ min: 1, max: 1000, default: 100, description: 'Symbols a page.', example: 100 })
  readonly limit!: number;

  @TextParameter({
    pattern: /^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/,
    allowed: 'a next_cursor of this list',
    description: '`next_cursor` of the page before.',
    example: 'EURUSD',
  })
  readonly cursor?: string;
}

/** Body of PUT /admin/symbol-mappings/{terminal}/{symbol}. */
@ApiSchema({ description: 'Body of PUT /admin/symbol-mappings/{terminal}/{symbol}.' })
export class SymbolMappingBody {
  @ApiProperty({ description: "The broker's name of the symbol, in its spelling.", example: 'EURUSD.pro' })
  @Matches(/^(?! )[^\p{C}]{1,63}(?<! )$/u, {
    message: 'must be 1 to 63 characters without control characters and without a space at either end',
  })
  readonly broker_name!: string;
}

/** What an operator said that the broker calls a symbol. */
@ApiSchema({ description: 'What an operator said that the broker calls a symbol.' })
export class MappingOverrideSchema {
  @ApiProperty({ description: "The broker's name.", example: 'EURUSD.pro' })
  readonly broker_name!: string;

  @ApiProperty({ description: 'When it was said.', example: '2026-11-20T14:03:21.004Z' })
  readonly changed_at!: string;

  @ApiProperty({ description: 'Who said it.', example: 'key:7hJk2LmN0p' })
  readonly changed_by!: string;
}

/** A symbol on one terminal. */
@ApiSchema({ description: 'A symbol on one terminal.' })
export class SymbolMappingSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({ description: 'Canonical name.', example: 'EURUSD' })
  readonly symbol!: string;

  @ApiProperty({
    description: 'Name in config/terminals.json; null where the list of the terminal decides.',
    nullable: true,
    type: String,
    example: null,
  })
  readonly configured_name!: string | null;

  @ApiProperty({
    description: 'What an operator said; it wins over the configured name. Null when nobody did.',
    nullable: true,
    type: MappingOverrideSchema,
  })
  readonly override!: MappingOverrideSchema | null;

  @ApiProperty({ description: 'One more with every change; also the ETag.', type: 'integer', example: 2 })
  readonly version!: number;

  @ApiProperty({
    description: 'The name in use; null while there is none, and then the symbol is not served by this terminal.',
    nullable: true,
    type: String,
    example: 'EURUSD.pro',
  })
  readonly broker_name!: string | null;

  @ApiProperty({
    description: 'How the name was found; `configured` is also what an operator said.',
    nullable: true,
    type: String,
    enum: ['configured', 'exact', 'ignoring-case', 'affix', 'alias', 'currencies', null],
    example: 'configured',
  })
  readonly found_by!: string | null;

  @ApiProperty({ description: 'The symbol is served by this terminal now.', example: true })
  readonly serving!: boolean;

  @ApiProperty({ description: 'Why there is no name in use.', nullable: true, type: String, example: null })
  readonly problem!: string | null;

  @ApiProperty({ description: 'Names that it could be, while there is none.', type: [String], example: [] })
  readonly candidates!: string[];
}

/** A symbol on all its terminals. */
@ApiSchema({ description: 'A symbol on all its terminals.' })
export class SymbolMappingsSchema {
  @ApiProperty({ description: 'Canonical name.', example: 'EURUSD' })
  readonly symbol!: string;

  @ApiProperty({ description: 'In configured order: the first one is preferred.', type: [SymbolMappingSchema] })
  readonly terminals!: SymbolMappingSchema[];
}

/** Answer of GET /admin/symbol-mappings. */
@ApiSchema({ description: 'Answer of GET /admin/symbol-mappings.' })
export class SymbolMappingListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'Sorted by name.', type: [SymbolMappingsSchema] })
  readonly data!: SymbolMappingsSchema[];

  @ApiProperty({ description: 'Null on the last page.', nullable: true, type: String, example: null })
  readonly next_cursor!: string | null;
}

/** Answer of GET /admin/symbol-mappings/{terminal}/{symbol}. */
@ApiSchema({ description: 'Answer of GET /admin/symbol-mappings/{terminal}/{symbol}.' })
export class SymbolMappingAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The mapping now.', type: SymbolMappingSchema })
  readonly data!: SymbolMappingSchema;
}

/** A mapping that was changed. */
@ApiSchema({ description: 'A mapping that was changed.' })
export class ChangedMappingSchema extends SymbolMappingSchema {
  @ApiProperty({ description: 'False: the terminal is not connected and could not be asked.', example: true })
  readonly checked!: boolean;
}

/** Answer of the routes that change a mapping. */
@ApiSchema({ description: 'Answer of the routes that change a mapping.' })
export class ChangedMappingAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The mapping as it is now.', type: ChangedMappingSchema })
  readonly data!: ChangedMappingSchema;
}

const CONFIGURED = {
  terminal_id: 'MT5_05',
  symbol: 'EURUSD',
  configured_name: null,
  override: null,
  version: 3,
  broker_name: 'EURUSD.m',
  found_by: 'affix',
  serving: true,
  problem: null,
  candidates: [],
};
const OVERRIDDEN = {
  ...CONFIGURED,
  override: { broker_name: 'EURUSD.pro', changed_at: '2026-11-20T14:03:21.004Z', changed_by: 'key:7hJk2LmN0p' },
  version: 2,
  broker_name: 'EURUSD.pro',
  found_by: 'configured',
};

/** One true answer per route, for the OpenAPI document. */
export const MAPPING_EXAMPLES = {
  list: { success: true, data: [{ symbol: 'EURUSD', terminals: [OVERRIDDEN] }], next_cursor: null },
  one: { success: true, data: OVERRIDDEN },
  body: { broker_name: 'EURUSD.pro' },
  changed: { success: true, data: { ...OVERRIDDEN, checked: true } },
  removed: { success: true, data: { ...CONFIGURED, checked: true } },
};

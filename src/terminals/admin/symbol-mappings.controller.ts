import { applyDecorators, Delete, Get, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CurrentCaller,
  IfMatch,
  ProblemResponses,
  ValidBody,
  ValidQuery,
  VersionedWrite,
  versionEtag,
} from '../../http/index.js';
import { presentMapping } from './symbol-mapping.presenter.js';
import { type MappingOrder, SymbolMappings } from './symbol-mappings.js';
import {
  ChangedMappingAnswer,
  ListMappingsQuery,
  MAPPING_EXAMPLES,
  SymbolMappingAnswer,
  SymbolMappingBody,
  SymbolMappingListAnswer,
} from './symbol-mappings.schema.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';

interface IdentifiedRequest {
  readonly id: string;
}

interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Who asks, and where the answer's headers go. */
interface Exchange {
  readonly caller: Caller;
  readonly request: IdentifiedRequest;
  readonly reply: HeaderReply;
}

function MappingPath(): MethodDecorator {
  return applyDecorators(
    ApiParam({ name: 'terminal', type: String, description: 'Configured terminal id.', example: 'MT5_05' }),
    ApiParam({ name: 'symbol', type: String, description: 'Canonical name, upper case.', example: 'EURUSD' }),
    ProblemResponses('not-found', 'symbol-not-found'),
  );
}

/** Errors of a write that asks the terminal for its symbols first. */
const WRITE = [
  'invalid-parameter',
  'payload-too-large',
  'unsupported-media-type',
  'terminal-disconnected',
  'terminal-timeout',
  'terminal-error',
] as const;

/** What brokers call symbols, terminal by terminal. */
@ApiTags('Admin: terminals')
@ApiController('admin/symbol-mappings')
export class SymbolMappingsController {
  constructor(
    @Inject(SymbolMappings) private readonly mappings: SymbolMappings,
    @Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool,
  ) {}

  @AdminRoute('terminals', { query: ListMappingsQuery })
  @Get()
  @ApiOperation({
    operationId: 'listSymbolMappings',
    summary: 'What each symbol is called on each of its terminals, and how that was found',
  })
  @ApiOkResponse({ description: 'One page, by name.', type: SymbolMappingListAnswer, example: MAPPING_EXAMPLES.list })
  list(@ValidQuery() { limit, cursor }: ListMappingsQuery): SymbolMappingListAnswer {
    const symbols = this.pool.symbols.filter((symbol) => cursor === undefined || symbol > cursor);
    const page = symbols.slice(0, limit);
    const stats = this.pool.stats();
    const data = page.map((symbol) => ({
      symbol,
      terminals: this.mappings.ofSymbol(symbol).map((mapping) => presentMapping(mapping, stats)),
    }));
    return { success: true, data, next_cursor: symbols.length > limit ? (page.at(-1) ?? null) : null };
  }

  @AdminRoute('terminals')
  @Get(':terminal/:symbol')
  @MappingPath()
  @ApiOperation({ operationId: 'getSymbolMapping', summary: 'One symbol on one terminal; its ETag is for changes' })
  @ApiOkResponse({ description: 'The mapping now.', type: SymbolMappingAnswer, example: MAPPING_EXAMPLES.one })
  one(
    @Param('terminal') terminal: string,
    @Param('symbol') symbol: string,
    @Res({ passthrough: true }) reply: HeaderReply,
  ): SymbolMappingAnswer {
    const mapping = this.mappings.get(terminal, symbol);
    reply.header('etag', versionEtag(mapping.version));
    return { success: true, data: presentMapping(mapping, this.pool.stats()) };
  }

  @AdminRoute('terminals')
  @Put(':terminal/:symbol')
  @MappingPath()
  @VersionedWrite()
  @ApiOperation({
    operationId: 'putSymbolMapping',
    summary: 'Say what the broker calls a symbol',
    description:
      'Acts at once and stays over restarts. A connected terminal is asked whether it has the name. Bars that were read ' +
      'under another name are left behind and never mixed with the new ones; they are used again when the name is.',
  })
  @ApiBody({ type: SymbolMappingBody, examples: { put: { value: MAPPING_EXAMPLES.body } } })
  @ApiOkResponse({ description: 'As it is now.', type: ChangedMappingAnswer, example: MAPPING_EXAMPLES.changed })
  @ProblemResponses(...WRITE)
  put(
    @Param('terminal') terminalId: string,
    @Param('symbol') symbol: string,
    @ValidBody() { broker_name: brokerName }: SymbolMappingBody,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ): Promise<ChangedMappingAnswer> {
    return this.change({ terminalId, symbol, brokerName, expected }, { caller, request, reply });
  }

  @AdminRoute('terminals')
  @Delete(':terminal/:symbol')
  @HttpCode(200)
  @MappingPath()
  @VersionedWrite()
  @ApiOperation({
    operationId: 'deleteSymbolMapping',
    summary: 'Take back what was said: the configuration decides again',
    description: 'Acts at once. Bars are treated as by the change of a name.',
  })
  @ApiOkResponse({ description: 'As it is now.', type: ChangedMappingAnswer, example: MAPPING_EXAMPLES.removed })
  @ProblemResponses(...WRITE)
  remove(
    @Param('terminal') terminalId: string,
    @Param('symbol') symbol: string,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ): Promise<ChangedMappingAnswer> {
    return this.change({ terminalId, symbol, brokerName: undefined, expected }, { caller, request, reply });
  }

  private async change(order: MappingOrder, { caller, request, reply }: Exchange): Promise<ChangedMappingAnswer> {
    const operator = { keyId: caller.keyId, requestId: request.id };
    const { mapping, checked } = await this.mappings.change(order, operator);
    reply.header('etag', versionEtag(mapping.version));
    return { success: true, data: { ...presentMapping(mapping, this.pool.stats()), checked } };
  }
}

import { Delete, Get, Inject, Put } from '@nestjs/common';
import {
  AdminRoute,
  ApiController,
  CurrentActor,
  IfMatch,
  type KeyActor,
  type Page,
  PathText,
  ValidBody,
  ValidQuery,
} from '../../http/index.js';
import { TERMINALS_AREA } from './terminals.area.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { presentMapping } from './symbol-mapping.presenter.js';
import { type BrokerNameChange, SymbolMappings } from './symbol-mappings.js';
import {
  ChangedMappingAnswer,
  type ChangedMappingView,
  ListMappingsQuery,
  SymbolMappingAnswer,
  SymbolMappingBody,
  SymbolMappingListAnswer,
  type SymbolMappingsView,
  type SymbolMappingView,
} from './symbol-mappings.schema.js';

const TerminalId = () => PathText('terminal', 'Configured terminal id.', 'MT5_05');
const SymbolName = () => PathText('symbol', 'Canonical name, upper case.', 'EURUSD');

/** Errors of a change, which first reads the symbols of the terminal. */
const CHANGE = {
  answer: ChangedMappingAnswer,
  etag: true,
  errors: [
    'symbol-not-found',
    'payload-too-large',
    'unsupported-media-type',
    'terminal-disconnected',
    'terminal-timeout',
    'terminal-error',
  ],
} as const;

/** Admin routes of broker symbols. */
@ApiController('admin/symbol-mappings')
export class SymbolMappingsController {
  constructor(
    @Inject(SymbolMappings) private readonly mappings: SymbolMappings,
    @Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool,
  ) {}

  @AdminRoute(TERMINALS_AREA, {
    summary: 'List the broker’s names of all symbols, terminal by terminal',
    query: ListMappingsQuery,
    answer: SymbolMappingListAnswer,
  })
  @Get()
  listSymbolMappings(@ValidQuery() { limit, cursor }: ListMappingsQuery): Page<SymbolMappingsView> {
    const symbols = this.pool.symbols.filter((symbol) => cursor === undefined || symbol > cursor);
    const page = symbols.slice(0, limit);
    const stats = this.pool.stats();
    const items = page.map((symbol) => ({
      symbol,
      terminals: this.mappings.ofSymbol(symbol).map((mapping) => presentMapping(mapping, stats)),
    }));
    return { items, nextCursor: symbols.length > limit ? page.at(-1) : undefined };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Get the broker’s name of one symbol on one terminal',
    answer: SymbolMappingAnswer,
    etag: true,
    errors: ['symbol-not-found'],
  })
  @Get(':terminal/:symbol')
  getSymbolMapping(@TerminalId() terminal: string, @SymbolName() symbol: string): SymbolMappingView {
    return presentMapping(this.mappings.get(terminal, symbol), this.pool.stats());
  }

  @AdminRoute(TERMINALS_AREA, {
    ...CHANGE,
    summary: 'Override the broker’s name of a symbol',
    description:
      'Takes effect immediately and survives restarts. A connected terminal is asked whether it has the name. Bars of ' +
      'different names are never mixed; the bars of a name are used again when the name is.',
  })
  @Put(':terminal/:symbol')
  putSymbolMapping(
    @TerminalId() terminalId: string,
    @SymbolName() symbol: string,
    @ValidBody() { broker_name: brokerName }: SymbolMappingBody,
    @IfMatch() expected: number | undefined,
    @CurrentActor() by: KeyActor,
  ): Promise<ChangedMappingView> {
    return this.change({ terminalId, symbol, brokerName, expected }, by);
  }

  @AdminRoute(TERMINALS_AREA, {
    ...CHANGE,
    summary: 'Remove the override; the configuration applies again',
    description: 'Takes effect immediately. Bars are treated as by an override.',
    example: { data: { override: null, broker_name: 'EURUSD.m', found_by: 'affix', version: 3 } },
  })
  @Delete(':terminal/:symbol')
  deleteSymbolMapping(
    @TerminalId() terminalId: string,
    @SymbolName() symbol: string,
    @IfMatch() expected: number | undefined,
    @CurrentActor() by: KeyActor,
  ): Promise<ChangedMappingView> {
    return this.change({ terminalId, symbol, brokerName: undefined, expected }, by);
  }

  private async change(order: BrokerNameChange, by: KeyActor): Promise<ChangedMappingView> {
    const { mapping, checked } = await this.mappings.change(order, by);
    return { ...presentMapping(mapping, this.pool.stats()), checked };
  }
}

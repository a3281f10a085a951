import { Injectable } from '@nestjs/common';
import type { ConfiguredSymbol } from '../../config/index.js';
import { type KeyActor, assertVersion, InvalidParameterError, NotFoundError } from '../../http/index.js';
import { Clock, nearestOf } from '../../kernel/index.js';
import { type MappingChange, type StoredMapping, SymbolMappingStore } from '../../persistence/index.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import type { SeenSymbols, Terminal } from '../pool/terminal.js';
import { SymbolNotConfiguredError } from '../terminals.errors.js';
import { resolveSymbol } from '../symbols/symbol-resolver.js';

/** A symbol on one terminal: its broker symbol and the source of it. */
export interface SymbolMapping {
  readonly terminalId: string;
  readonly symbol: string;
  /** Broker symbol of config/terminals.json; undefined when the terminal's list decides. */
  readonly configuredName: string | undefined;
  /** The operator's newest broker symbol; undefined when none was ever set. */
  readonly stored: StoredMapping | undefined;
  /** 1 as configured; grows by one with every change. */
  readonly version: number;
}

/** A change of an operator's broker symbol. */
export interface BrokerNameChange {
  readonly terminalId: string;
  readonly symbol: string;
  /** Undefined removes the operator's name. */
  readonly brokerName: string | undefined;
  /** The version that the operator saw; undefined = any. */
  readonly expected: number | undefined;
}

/**
 * Broker symbols set by operators, which win over config/terminals.json: stored in the database and applied to terminals.
 * A change is stored first and applied then; after a crash in between, the next start applies it.
 */
@Injectable()
export class SymbolMappings {
  private readonly stored = new Map<string, StoredMapping>();

  constructor(
    private readonly pool: TcpTerminalPool,
    private readonly store: SymbolMappingStore,
    private readonly clock: Clock,
  ) {}

  /** Applies the stored mappings. Call it before terminals may connect, so that none is read under a wrong name. */
  async load(): Promise<void> {
    const terminals = new Map(this.pool.allTerminals().map((terminal) => [terminal.id, terminal]));
    for (const mapping of await this.store.all()) {
      const terminal = terminals.get(mapping.terminalId);
      const configured = terminal === undefined ? undefined : symbolOf(terminal, mapping.symbol);
      if (terminal !== undefined && configured !== undefined) this.apply(terminal, configured, mapping);
    }
  }

  /** @throws TerminalNotFoundError (not-found), SymbolNotConfiguredError (symbol-not-found) */
  get(terminalId: string, symbol: string): SymbolMapping {
    const terminal = this.pool.getTerminal(terminalId);
    return this.mappingOf(terminal, mustBeConfigured(terminal, symbol));
  }

  /** All terminals of a symbol in configured order. */
  ofSymbol(symbol: string): readonly SymbolMapping[] {
    return this.pool.allTerminals().flatMap((terminal) => {
      const configured = symbolOf(terminal, symbol);
      return configured === undefined ? [] : [this.mappingOf(terminal, configured)];
    });
  }

  /**
   * Stores the change with its audit row and applies it. The same name again changes nothing. `checked`: the connected
   * terminal confirmed the name.
   * @throws not-found, symbol-not-found, precondition-failed; invalid-parameter when the terminal has no such symbol;
   * the terminal's error when it does not send its symbols
   */
  async change(order: BrokerNameChange, by: KeyActor): Promise<{ mapping: SymbolMapping; checked: boolean }> {
    const { terminalId, symbol, brokerName } = order;
    const terminal = this.pool.getTerminal(terminalId);
    const configured = mustBeConfigured(terminal, symbol);
    const seen = await terminal.readSymbols();
    if (seen !== undefined && brokerName !== undefined) mustBeOffered(configured, brokerName, seen);
    const stored = await this.store.change({ terminalId, symbol }, (current) => {
      assertVersion(order.expected, {
        kind: 'symbol-mapping',
        id: `${terminalId}/${symbol}`,
        version: versionOf(current),
      });
      if (brokerName === undefined && current?.brokerName === undefined) {
        throw new NotFoundError('symbol-mapping', `${terminalId}/${symbol}`);
      }
      if (current?.brokerName === brokerName) return undefined;
      return this.changeOf(order, { by, before: current?.brokerName, checked: seen !== undefined });
    });
    if (stored !== undefined) this.apply(terminal, configured, stored, seen);
    return { mapping: this.mappingOf(terminal, configured), checked: seen !== undefined };
  }

  private changeOf(
    { terminalId, symbol, brokerName }: BrokerNameChange,
    { by, before, checked }: { by: KeyActor; before: string | undefined; checked: boolean },
  ): MappingChange {
    const at = new Date(this.clock.nowMs());
    const audit = {
      at,
      actor: by.actor,
      action: brokerName === undefined ? 'symbol-mapping.removed' : 'symbol-mapping.changed',
      target: `symbol-mapping:${terminalId}/${symbol}`,
      detail: { before: { broker_name: before ?? null }, after: { broker_name: brokerName ?? null }, checked },
      requestId: by.requestId,
    };
    return { brokerName, at, audit };
  }

  /** The later stored change stays in effect, also when it arrives here first. */
  private apply(terminal: Terminal, { name }: ConfiguredSymbol, mapping: StoredMapping, seen?: SeenSymbols): void {
    const key = `${terminal.id}/${name}`;
    if ((this.stored.get(key)?.version ?? 0) >= mapping.version) return;
    this.stored.set(key, mapping);
    terminal.rename(name, mapping.brokerName, seen);
  }

  private mappingOf(terminal: Terminal, { name, brokerName }: ConfiguredSymbol): SymbolMapping {
    const stored = this.stored.get(`${terminal.id}/${name}`);
    return { terminalId: terminal.id, symbol: name, configuredName: brokerName, stored, version: versionOf(stored) };
  }
}

function versionOf(stored: StoredMapping | undefined): number {
  return (stored?.version ?? 0) + 1;
}

function symbolOf(terminal: Terminal, symbol: string): ConfiguredSymbol | undefined {
  return terminal.config.symbols.find(({ name }) => name === symbol);
}

function mustBeConfigured(terminal: Terminal, symbol: string): ConfiguredSymbol {
  const configured = symbolOf(terminal, symbol);
  if (configured !== undefined) return configured;
  const names = terminal.config.symbols.map(({ name }) => name);
  throw new SymbolNotConfiguredError(symbol, nearestOf(symbol, names), terminal.id);
}

function mustBeOffered({ name }: ConfiguredSymbol, brokerName: string, { list }: SeenSymbols): void {
  const resolution = resolveSymbol({ name, brokerName }, list.symbols);
  if (resolution.kind === 'resolved') return;
  const near = resolution.candidates;
  const hint = near.length === 0 ? 'it has nothing similar' : `similar ones: ${near.join(', ')}`;
  throw InvalidParameterError.of('broker_name', `must be a symbol that the terminal has now, in its spelling; ${hint}`);
}

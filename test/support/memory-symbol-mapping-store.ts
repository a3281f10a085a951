import {
  type AuditEntry,
  type MappingChange,
  type StoredMapping,
  SymbolMappingStore,
} from '../../src/persistence/index.js';
import type { MappingKey } from '../../src/persistence/mappings/symbol-mapping-store.js';

/** Operators' names of symbols in memory, with the audit rows that were written beside them. */
export class MemorySymbolMappingStore extends SymbolMappingStore {
  readonly audited: AuditEntry[] = [];
  private readonly mappings = new Map<string, StoredMapping>();

  override async all(): Promise<readonly StoredMapping[]> {
    return [...this.mappings.values()];
  }

  override async change(
    { terminalId, symbol }: MappingKey,
    decide: (current: StoredMapping | undefined) => MappingChange | undefined,
  ): Promise<StoredMapping | undefined> {
    const id = `${terminalId}/${symbol}`;
    const current = this.mappings.get(id);
    const change = decide(current);
    if (change === undefined) return current;
    const { brokerName, at, audit } = change;
    const version = (current?.version ?? 0) + 1;
    const stored = { terminalId, symbol, brokerName, version, changedAt: at, changedBy: audit.actor };
    this.mappings.set(id, stored);
    this.audited.push(audit);
    return stored;
  }
}

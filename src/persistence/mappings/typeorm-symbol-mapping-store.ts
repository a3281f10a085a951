import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS } from '../audit/audit-rows.js';
import { Database } from '../database/database.js';
import { SymbolMappingEntity } from '../entities/symbol-mapping.entity.js';
import { type MappingChange, type MappingKey, type StoredMapping, SymbolMappingStore } from './symbol-mapping-store.js';

/** Serializes writers: two concurrent first mappings of a symbol would both see none. Ends with the transaction. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtext('symbol_mapping'), hashtext($1))`;

@Injectable()
export class TypeOrmSymbolMappingStore extends SymbolMappingStore {
  constructor(private readonly database: Database) {
    super();
  }

  async all(): Promise<readonly StoredMapping[]> {
    const rows = await this.database.read((manager) => manager.find(SymbolMappingEntity));
    return rows.map(mappingFromRow);
  }

  change(
    key: MappingKey,
    decide: (current: StoredMapping | undefined) => MappingChange | undefined,
  ): Promise<StoredMapping | undefined> {
    return this.database.transaction(async (manager) => {
      await manager.query(LOCK, [`${key.terminalId} ${key.symbol}`]);
      const { terminalId, symbol } = key;
      const row = await manager.findOneBy(SymbolMappingEntity, { terminalId, symbol });
      const current = row === null ? undefined : mappingFromRow(row);
      const change = decide(current);
      return change === undefined ? current : write(manager, key, { change, version: (current?.version ?? 0) + 1 });
    });
  }
}

async function write(
  manager: EntityManager,
  { terminalId, symbol }: MappingKey,
  { change, version }: { change: MappingChange; version: number },
): Promise<StoredMapping> {
  const { brokerName, at, audit } = change;
  const row = { terminalId, symbol, version, brokerName: brokerName ?? null, changedAt: at, changedBy: audit.actor };
  await manager.upsert(SymbolMappingEntity, row, ['terminalId', 'symbol']);
  await manager.query(INSERT_AUDIT_ROWS, auditColumns([auditRow(audit)]));
  return mappingFromRow(row);
}

function mappingFromRow(row: SymbolMappingEntity): StoredMapping {
  const { terminalId, symbol, brokerName, version, changedAt, changedBy } = row;
  return { terminalId, symbol, brokerName: brokerName ?? undefined, version, changedAt, changedBy };
}

import 'reflect-metadata';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Registry } from 'prom-client';
import { AuditSettings, CandleRetentionSettings, DatabaseSettings, ServerSettings } from '../../src/config/index.js';
import { CoreModule } from '../../src/core/index.js';
import {
  AccountStore,
  AuditLog,
  CandleStore,
  Database,
  DatabaseHealth,
  PersistenceModule,
} from '../../src/persistence/index.js';
import { SchemaMismatchError } from '../../src/persistence/database/persistence.errors.js';
import {
  createEmptyDatabase,
  createTestDatabase,
  databaseSettings,
  type TestDatabase,
  withAdmin,
} from '../support/test-database.js';
import { USUAL_SETTINGS } from '../support/usual-settings.js';

@Global()
@Module({})
class GivenSettings {
  static with(settings: DatabaseSettings): DynamicModule {
    return {
      module: GivenSettings,
      providers: [
        { provide: DatabaseSettings, useValue: settings },
        { provide: ServerSettings, useValue: USUAL_SETTINGS.server },
        { provide: AuditSettings, useValue: { retentionMonths: 24, spoolDir: tmpdir(), spoolMaxBytes: 100_000 } },
        { provide: CandleRetentionSettings, useValue: { days: new Map(), keptBars: 5200 } },
      ],
      exports: [DatabaseSettings, ServerSettings, AuditSettings, CandleRetentionSettings],
    };
  }
}

const compile = (url: string): Promise<TestingModule> =>
  Test.createTestingModule({
    imports: [CoreModule, GivenSettings.with(databaseSettings(url)), PersistenceModule],
  }).compile();

describe('persistence module', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase();
  });

  afterAll(() => test.drop());

  it('offers every port, and closes after the audit trail is written and sealed', async () => {
    const application = await compile(test.url);
    for (const port of [CandleStore, AccountStore, AuditLog, DatabaseHealth])
      expect(application.get(port)).toBeInstanceOf(port);
    expect((await application.get(DatabaseHealth).check()).status).toBe('up');
    const metrics = await application.get(Registry, { strict: false }).metrics();
    expect(metrics).toMatch(/^db_pool_checkouts_total\{pool="default"\} [1-9]/m);
    expect(metrics).toMatch(/^mt5gw_audit_spool_rows 0$/m);
    application.get(AuditLog).record({
      at: new Date(0),
      actor: 'system',
      action: 'gateway.stopped',
      target: '',
      detail: {},
      requestId: undefined,
    });
    await application.close();
    expect(application.get(Database).stats()).toMatchObject({ size: 0 });
    const rows = await withAdmin(
      async (admin) => (await admin.query('SELECT action, seq FROM audit_event')).rows,
      test.name,
    );
    expect(rows).toEqual([{ action: 'gateway.stopped', seq: '1' }]);
  });

  it('refuses to start on a database that was not migrated, and leaves no connection', async () => {
    const empty = await createEmptyDatabase();
    await expect(compile(empty.url)).rejects.toBeInstanceOf(SchemaMismatchError);
    const { rows } = await withAdmin((admin) =>
      admin.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1', [empty.name]),
    );
    expect(rows).toEqual([{ n: 0 }]);
    await empty.drop();
  });
});

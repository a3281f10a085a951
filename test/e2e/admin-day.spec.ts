import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'puppeteer-core';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { type Filling, launchBrowser, SwaggerPage } from '../support/swagger-page.js';

const PER_MINUTE = 3;
const limits = (per_minute: number) => ({ per_minute, per_day: 1000, concurrent: 5 });

/** `SCREENSHOTS=<folder>` keeps a picture of every step, to be looked at. */
const pictures = process.env['SCREENSHOTS'];

interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> & { readonly id: string; readonly key: string };
  readonly code: string | undefined;
}

/** Every step is done by the buttons and fields of Swagger UI in a real browser, with the real gateway behind it. */
describe("an admin's day in Swagger UI", () => {
  let gateway: GatewayUnderTest;
  let browser: Browser;
  let folder: string;
  let admin: SwaggerPage;
  let customer: SwaggerPage;
  /** The account and key that the day is about. */
  let account: string;
  let key: { readonly id: string; readonly text: string };

  beforeAll(async () => {
    folder = mkdtempSync(join(process.env['TEST_RUN_FOLDER'] ?? tmpdir(), 'browser-'));
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .tiers(
        { name: 'FREE', rank: 1, symbols: ['EURUSD'], timeframes: ['H1'], limits: limits(PER_MINUTE) },
        { name: 'PRO', rank: 2, symbols: ['*'], timeframes: ['H1'], limits: limits(600) },
      )
      .environment({ ADMIN_DOCS_ACCESS: 'open' })
      .start();
    browser = await launchBrowser(folder);
    admin = await SwaggerPage.open(browser, `${gateway.url}/docs/admin`, pictures);
    customer = await SwaggerPage.open(browser, `${gateway.url}/docs`, pictures);
    await admin.photograph(undefined, '00-admin-page');
    await customer.photograph(undefined, '00-customer-page');
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const use = async (page: SwaggerPage, operationId: string, filling: Filling, picture?: string): Promise<Answer> => {
    const { status, body } = await page.execute(operationId, filling, picture);
    const { data, code } = JSON.parse(body) as Answer;
    return { status, data, code };
  };
  /** Never the same twice: a browser answers from its cache what it may. */
  let bars = 1;
  const candles = (picture?: string) =>
    use(customer, 'getCandles', { parameters: { symbol: 'EURUSD', timeframe: 'H1', bars: String(bars++) } }, picture);

  it('begins with refusals for who has not authorised, and Authorize mends that', async () => {
    expect(await use(admin, 'listAccounts', {}, '01-without-key')).toMatchObject({ status: 401, code: 'key-missing' });
    await admin.authorize('admin-key', await gateway.key({ kind: 'adm', name: 'admin' }));
    expect((await use(admin, 'listAccounts', {}, '02-authorised')).status).toBe(200);
  });

  it('makes an account and a key for it, whose secret is seen once', async () => {
    const made = await use(
      admin,
      'createAccount',
      { body: { name: 'Corner Shop', tier: 'FREE', external_id: 'crm-17' } },
      '03-account',
    );
    expect(made).toMatchObject({ status: 201, data: { name: 'Corner Shop', tier: 'FREE', external_id: 'crm-17' } });
    account = made.data.id;
    const issued = await use(
      admin,
      'createKey',
      { body: { kind: 'live', account_id: account, name: 'shop window' } },
      '04-key',
    );
    expect(issued).toMatchObject({ status: 201, data: { key: expect.stringMatching(/^mt5g_live_/) } });
    key = { id: issued.data.key.split('_')[2]!, text: issued.data.key };
    const again = await admin.execute('getKey', { parameters: { id: key.id } });
    expect([again.status, again.body.includes(key.text)]).toEqual([200, false]);
  });

  it('sees the customer use it up to the limit, and no further', async () => {
    await customer.authorize('api-key', key.text);
    for (let used = 1; used <= PER_MINUTE; used++) expect((await candles('05-candles')).status).toBe(200);
    expect(await candles('06-limit')).toMatchObject({ status: 429, code: 'quota-exceeded' });
  });

  it('raises the tier, and the customer goes on at once', async () => {
    const raised = await use(
      admin,
      'changeAccount',
      { parameters: { id: account }, body: { tier: 'PRO' } },
      '07-raised',
    );
    expect(raised).toMatchObject({ status: 200, data: { tier: 'PRO' } });
    expect((await candles('08-goes-on')).status).toBe(200);
  });

  it('rotates the key: both work for the overlap', async () => {
    const rotated = await use(
      admin,
      'rotateKey',
      { parameters: { id: key.id }, body: { overlap_seconds: 3600 } },
      '09-rotated',
    );
    expect(rotated).toMatchObject({ status: 201, data: { key: expect.stringMatching(/^mt5g_live_/) } });
    expect((await candles()).status).toBe(200);
    await customer.authorize('api-key', rotated.data.key);
    expect((await candles()).status).toBe(200);
    const old = key;
    key = { id: rotated.data.key.split('_')[2]!, text: rotated.data.key };
    expect(key.id).not.toBe(old.id);
  });

  it('revokes it, and it is refused', async () => {
    const revoked = await use(
      admin,
      'revokeKey',
      { parameters: { id: key.id }, body: { reason: 'left us' } },
      '10-revoked',
    );
    expect(revoked).toMatchObject({ status: 200, data: { revoked_reason: 'left us' } });
    expect(await candles('11-refused')).toMatchObject({ status: 401, code: 'key-revoked' });
  });

  it('reads what was used, and who did what', async () => {
    const usage = await admin.execute('listUsage', { parameters: { account_id: account } }, '12-usage');
    expect(usage.status).toBe(200);
    // Three before the limit, one over it, one after the tier was raised, two around the rotation; refused keys are nobody's.
    expect(usage.body).toMatch(/"requests": 7,\s+"counted": 6\b/);
    const audit = await admin.execute(
      'listAuditEvents',
      { parameters: { target_kind: 'account', target_id: account } },
      '13-audit',
    );
    expect(audit.status).toBe(200);
    for (const action of ['account.created', 'account.changed']) expect(audit.body).toContain(action);
    const ofKey = await admin.execute(
      'listAuditEvents',
      { parameters: { target_kind: 'key', target_id: key.id } },
      '14-audit-of-key',
    );
    expect(ofKey.body).toContain('key.revoked');
    expect(`${audit.body}${ofKey.body}`).not.toContain(key.text);
  });

  it('has seen no error of the pages themselves', () => {
    expect([...admin.errors, ...customer.errors]).toEqual([]);
  });
});

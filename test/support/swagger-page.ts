import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, launch, type Page } from 'puppeteer-core';

/** What Swagger UI shows of an answer. */
export interface ShownAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a person fills in before pressing Execute. */
export interface Filling {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const PATIENCE_MS = 120_000;

/** A real browser that talks to nobody but the gateway under test. */
export function launchBrowser(profile: string): Promise<Browser> {
  return launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    userDataDir: profile,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    defaultViewport: { width: 1280, height: 1000 },
    protocolTimeout: PATIENCE_MS * 2,
  });
}

/** Swagger UI in a tab of its own, used through what is seen on it: its buttons, fields and answers. */
export class SwaggerPage {
  readonly errors: string[] = [];

  private constructor(
    private readonly page: Page,
    /** Where pictures are kept; nowhere when undefined. */
    private readonly pictures: string | undefined,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      const isRefusal = /the server responded with a status of (4|5)\d\d/.test(message.text());
      if (message.type() === 'error' && !isRefusal) this.errors.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, pictures?: string): Promise<SwaggerPage> {
    const page = await browser.newPage();
    const swagger = new SwaggerPage(page, pictures);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('.opblock');
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
    return swagger;
  }

  /** Presses Authorize and hands over a key for one of the schemes that the dialog offers; an earlier key goes away. */
  async authorize(scheme: string, key: string): Promise<void> {
    const { page } = this;
    // A tab in the background is not painted, and then nothing in it can be clicked.
    await page.bringToFront();
    await page.click('.auth-wrapper .btn.authorize');
    await page.waitForSelector('.dialog-ux .auth-container');
    const containers = await page.$$('.dialog-ux .auth-container');
    for (const container of containers) {
      const name = await container.$eval('h4', (title) => title.textContent ?? '');
      if (!name.startsWith(scheme)) continue;
      const logout = await container.$('button.btn-done ~ button, button[aria-label="Remove authorization"]');
      if (logout !== null) await logout.click();
      const field = await container.waitForSelector('input');
      await field!.focus();
      await page.keyboard.sendCharacter(key);
      await (await container.waitForSelector('button.authorize'))!.click();
      await container.waitForSelector('button[aria-label="Remove authorization"]');
      await page.click('.dialog-ux .close-modal');
      await page.waitForSelector('.dialog-ux', { hidden: true });
      return;
    }
    throw new Error(`the dialog offers no ${scheme}`);
  }

  /** Opens an operation, fills it in, presses Execute and reads the answer; keeps a picture under `picture`. */
  async execute(operationId: string, { parameters = {}, body }: Filling = {}, picture?: string): Promise<ShownAnswer> {
    const block = `.opblock[id$="-${operationId}"]`;
    const { page } = this;
    await page.bringToFront();
    await page.waitForSelector(block);
    if ((await page.$(`${block}.is-open`)) === null) await page.click(`${block} .opblock-summary-control`);
    await page.waitForSelector(`${block} .execute`);
    for (const [name, value] of Object.entries(parameters)) {
      await this.replace(`${block} tr[data-param-name="${name}"] input`, value);
    }
    if (body !== undefined) await this.replace(`${block} textarea.body-param__text`, JSON.stringify(body));
    const clear = await page.$(`${block} .btn-clear`);
    if (clear !== null) await clear.click();
    await page.click(`${block} .execute`);
    await page.waitForSelector(`${block} .live-responses-table .response-col_status`);
    const shown = await page.$eval(`${block} .live-responses-table tbody tr`, (row) => ({
      status: row.querySelector('.response-col_status')?.firstChild?.textContent ?? '',
      body:
        row.querySelector('.response-col_description .highlight-code code, .response-col_description pre')
          ?.textContent ?? '',
    }));
    if (picture !== undefined) await this.photograph(`${block} .live-responses-table`, picture);
    // An open operation is drawn anew with every key and answer of the others.
    await page.click(`${block} .opblock-summary-control`);
    await page.waitForSelector(`${block}.is-open`, { hidden: true });
    return { status: Number(shown.status), body: shown.body };
  }

  /** Keeps a picture of what is seen once `selector` is at the top; without one, of what is seen now. */
  async photograph(selector: string | undefined, name: string): Promise<void> {
    if (this.pictures === undefined) return;
    await this.page.bringToFront();
    if (selector !== undefined) await this.page.$eval(selector, (element) => element.scrollIntoView());
    await this.page.screenshot({ path: join(this.pictures, `${name}.png`) });
  }

  private async replace(selector: string, text: string): Promise<void> {
    const field = await this.page.waitForSelector(selector);
    await field!.click({ count: 3 });
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('KeyA');
    await this.page.keyboard.up('Control');
    // Pasted, not typed: the page is drawn anew after every key.
    await this.page.keyboard.sendCharacter(text);
  }
}

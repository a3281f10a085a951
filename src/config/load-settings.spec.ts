import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './config.errors.js';
import { loadSettings } from './load-settings.js';

const SECRET = 'a-secret-that-must-never-be-printed-anywhere';
const complete = {
  DATABASE_URL: `postgres://app:${SECRET}@127.0.0.1:5432/mt5`,
  BRIDGE_MASTER_SECRET: SECRET,
  KEY_PEPPER: SECRET,
};

function faultsOf(source: Record<string, string>): readonly string[] {
  try {
    loadSettings(source);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadSettings', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mt5gw-config-'));
    cpSync('config', folder, { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const withFile = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return faultsOf({ ...complete, CONFIG_DIR: folder });
  };

  it('reads the shipped configuration: fifteen terminals, two tiers, nine timeframes', () => {
    const settings = loadSettings(complete);
    expect(settings.terminals.terminals).toHaveLength(15);
    expect(settings.terminals.terminals[4]).toEqual({
      id: 'MT5_05',
      login: 12_345_682,
      server: 'YourBroker-Demo',
      host: 'main',
      symbols: [{ name: 'EURUSD', brokerName: undefined }],
    });
    expect(settings.tiers.tiers.map((tier) => tier.name)).toEqual(['FREE', 'PRO']);
    expect(settings.tiers.tiers[1]?.symbols).toBeUndefined();
    expect(settings.series.timeframes).toEqual(['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1']);
    expect(settings.terminals.allowSimulator).toBe(false);
    expect(settings.database).toMatchObject({ usePgbouncer: true, poolSize: 5, maxOverflow: 10 });
    expect(settings.indicators.terminal[0]?.buffers).toHaveProperty('fractal_peaks', 0);
  });

  it('reads KEY_PEPPERS in addition to KEY_PEPPER, newest first, and never repeats one in a fault', () => {
    const [two, ten] = ['2'.repeat(32), `${'x'.repeat(32)}:with:colons`];
    const { access } = loadSettings({ ...complete, KEY_PEPPERS: `2:${two},10:${ten}` });
    expect(access.keyPeppers).toEqual([
      { version: 10, secret: ten },
      { version: 2, secret: two },
      { version: 1, secret: SECRET },
    ]);
    for (const text of [`2:short`, two, `1:${two}`, `0:${two}`, `40000:${two}`, `2:${two},2:${ten}`, `2:${two},`]) {
      const faults = faultsOf({ ...complete, KEY_PEPPERS: text });
      expect(faults.join()).toContain('KEY_PEPPERS');
      expect(faults.join()).not.toContain(two);
    }
  });

  it('reads CORS_ORIGINS as origins that a browser would send, and names a wrong entry by its place', () => {
    const origins = (text: string) => loadSettings({ ...complete, CORS_ORIGINS: text }).server.corsOrigins;
    const faults = (text: string) => faultsOf({ ...complete, CORS_ORIGINS: text });
    expect(loadSettings(complete).server.corsOrigins).toEqual([]);
    expect(origins('')).toEqual([]);
    expect(origins('*')).toBe('*');
    expect(origins('https://app.example.com, http://localhost:3000,http://[::1]:8080')).toEqual([
      'https://app.example.com',
      'http://localhost:3000',
      'http://[::1]:8080',
    ]);
    for (const bad of [
      'app.example.com',
      'https://app.example.com/',
      'https://app.example.com/path',
      'https://app.example.com:443',
      'https://App.example.com',
      'https://user:pass@app.example.com',
      'https://*.example.com',
      'null',
      'ftp://example.com',
      'https://exa mple.com',
      'https://a.b\r\nx: y',
    ]) {
      expect([bad, faults(`https://ok.example.com,${bad}`)]).toEqual([
        bad,
        [expect.stringMatching(/^CORS_ORIGINS: entry 2 must be an origin as browsers send it/)],
      ]);
    }
    expect(faults('https://a.b,,')).toHaveLength(2);
    expect(faults('https://a.b,https://a.b')).toEqual(['CORS_ORIGINS: entry 2 is there twice']);
    expect(faults('*,https://a.b')).toEqual(['CORS_ORIGINS: entry 1 is *, which must be the only one']);
  });

  it('keeps bars for ever unless a timeframe has a retention, and names what is wrong with one', () => {
    const retention = (text: string) => loadSettings({ ...complete, CANDLE_RETENTION: text }).candleRetention;
    expect(loadSettings(complete).candleRetention).toMatchObject({ days: new Map(), keptBars: 10_000 });
    expect(retention('M1=30d,H4=3650d').days).toEqual(
      new Map([
        ['M1', 30],
        ['H4', 3650],
      ]),
    );
    expect(() => retention('M1=30')).toThrow(/CANDLE_RETENTION must be a list/);
    expect(() => retention('M7=30d')).toThrow(/does not have/);
    expect(() => retention('M1=1d,M1=2d')).toThrow(/M1 twice/);
    expect(() => retention('M1=0d')).toThrow(/at least 1d/);
  });

  it('sets up the pool for PgBouncer by default, and a larger one for a direct connection', () => {
    expect(loadSettings(complete).database).toMatchObject({
      pgbouncerAdminUrl: `postgres://app:${SECRET}@127.0.0.1:5432/pgbouncer`,
      poolSize: 5,
      maxOverflow: 10,
      maxWaiters: 60,
      poolTimeoutMs: 10_000,
      poolRecycleMs: 1_800_000,
      poolPrePing: true,
      echoPool: false,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 7000,
    });
    expect(loadSettings({ ...complete, USE_PGBOUNCER: 'false' }).database).toMatchObject({
      pgbouncerAdminUrl: undefined,
      poolSize: 20,
      maxOverflow: 30,
      maxWaiters: 200,
      poolTimeoutMs: 30_000,
      poolRecycleMs: 3_600_000,
    });
    const own = { DB_POOL_SIZE: '2', DB_MAX_OVERFLOW: '0', DB_POOL_MAX_WAITERS: '0', DB_POOL_TIMEOUT: '3' };
    expect(loadSettings({ ...complete, ...own }).database).toMatchObject({
      poolSize: 2,
      maxOverflow: 0,
      maxWaiters: 0,
      poolTimeoutMs: 3000,
    });
  });

  it('caps HTTP connections by HTTP_MAX_CONNECTIONS and by what the limit of open files leaves', () => {
    const maxHttp = (variables: Record<string, string>, limit: number | undefined) =>
      loadSettings({ ...complete, ...variables }, limit).connections.maxHttp;
    expect(maxHttp({ METRICS_PORT: '9464' }, 16_384)).toBe(15_868);
    expect(maxHttp({ HTTP_MAX_CONNECTIONS: '100' }, 16_384)).toBe(100);
    expect(maxHttp({ HTTP_MAX_CONNECTIONS: '100' }, 200)).toBeLessThan(100);
    expect(faultsOf({ ...complete, HTTP_MAX_CONNECTIONS: '0' })).toHaveLength(1);
  });

  it.each(['0', '-5', 'five', '1.5', '5s', '30000'])('refuses a pool of %s by naming the settings', (value) => {
    const names = ['DB_POOL_SIZE', 'DB_POOL_TIMEOUT', 'DB_CONNECT_TIMEOUT', 'DB_STATEMENT_TIMEOUT'];
    const faults = faultsOf({ ...complete, ...Object.fromEntries(names.map((name) => [name, value])) });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(names);
    expect(faultsOf({ ...complete, DB_MAX_OVERFLOW: '-1', DB_POOL_PRE_PING: '1' })).toHaveLength(2);
  });

  it('names everything that is missing in one error', () => {
    const faults = faultsOf({});
    expect(faults.join('\n')).toMatch(
      /DATABASE_URL.*missing[\s\S]*BRIDGE_MASTER_SECRET.*missing[\s\S]*KEY_PEPPER.*missing/,
    );
    expect(faults).toHaveLength(3);
  });

  it('names wrong values by rule and never shows them', () => {
    const faults = faultsOf({
      ...complete,
      PORT: '99999',
      SERIES_BARS: '0x2000',
      ALLOW_SIMULATOR: 'yes',
      LOG_LEVEL: 'loud-value',
      KEY_PEPPER: 'short-secret',
    });
    expect(faults).toHaveLength(5);
    expect(faults.join('\n')).toContain('PORT must be a whole number from 0 to 65535');
    expect(faults.join('\n')).not.toMatch(/99999|0x2000|yes|loud-value|short-secret/);
  });

  it('reads a secret from a file, and refuses a secret that is given twice', () => {
    const file = join(folder, 'pepper');
    writeFileSync(file, `${SECRET}\n`);
    const { KEY_PEPPER: _, ...rest } = complete;
    expect(loadSettings({ ...rest, KEY_PEPPER_FILE: file }).access.keyPeppers).toEqual([
      { version: 1, secret: SECRET },
    ]);
    expect(faultsOf({ ...complete, KEY_PEPPER_FILE: file })[0]).toContain('both set');
    expect(faultsOf({ ...rest, KEY_PEPPER_FILE: join(folder, 'nowhere') }).join()).toContain('cannot be read (ENOENT)');
  });

  it('sets up a single terminal from MT5_LOGIN and MT5_SERVER alone', () => {
    const { terminals } = loadSettings({ ...complete, MT5_LOGIN: '777', MT5_SERVER: 'Broker-Live' }).terminals;
    expect(terminals).toHaveLength(1);
    expect(terminals[0]).toMatchObject({ id: 'MT5_01', login: 777, server: 'Broker-Live' });
    expect(terminals[0]?.symbols).toHaveLength(15);
    expect(faultsOf({ ...complete, MT5_LOGIN: '777' })).toEqual(['MT5_LOGIN and MT5_SERVER must be set together']);
  });

  it('names file and place of broken JSON without quoting it', () => {
    const faults = withFile('terminals.json', '{\n  "terminals": [ { "id": top-secret } ]\n}');
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/terminals\.json: not valid JSON at line 2, column 27$/);
    expect(withFile('terminals.json', '')[0]).toContain('ends too early');
  });

  it('names file, path and rule of wrong members', () => {
    const entry = { id: 'MT5_01', login: 1, server: 'S', symbols: [{ name: 'EURUSD' }] };
    expect(withFile('terminals.json', { terminals: [{ ...entry, login: 'x' }] })[0]).toMatch(
      /terminals\.json: terminals\[0\]\.login: login must/,
    );
    expect(withFile('terminals.json', { terminals: [{ ...entry, password: 'hunter2' }] }).join()).toMatch(
      /terminals\[0\]\.password must not be here: a broker's password stays/,
    );
    expect(withFile('terminals.json', { terminals: [entry, entry] })[0]).toContain('must not use an id twice');
    expect(withFile('terminals.json', { terminals: [{ ...entry, symbols: [{ name: 'eurusd' }] }] })[0]).toContain(
      'terminals[0].symbols[0].name',
    );
    expect(withFile('terminals.json', { terminals: [null] }).length).toBeGreaterThan(0);
    expect(withFile('terminals.json', [])[0]).toContain('one JSON object');
  });

  it('takes `symbol` as short for one symbol, and refuses it together with `symbols`', () => {
    const entry = { id: 'MT5_01', login: 1, server: 'S', symbol: 'AUDJPY' };
    writeFileSync(join(folder, 'terminals.json'), JSON.stringify({ terminals: [entry] }));
    const { terminals } = loadSettings({ ...complete, CONFIG_DIR: folder }).terminals;
    expect(terminals[0]?.symbols).toEqual([{ name: 'AUDJPY', brokerName: undefined }]);
    const both = { ...entry, symbols: [{ name: 'EURUSD' }] };
    expect(withFile('terminals.json', { terminals: [both] })).toEqual([
      'terminals.json: MT5_01 has both symbol and symbols; keep one',
    ]);
    expect(withFile('terminals.json', { terminals: [{ ...entry, symbol: 'audjpy' }] })).toEqual([
      expect.stringMatching(/terminals\[0\]\.symbol: symbol must be a symbol name in upper case/),
    ]);
    expect(withFile('terminals.json', { terminals: [{ id: 'MT5_01', login: 1, server: 'S' }] })[0]).toContain(
      'terminals[0].symbols',
    );
  });

  it('refuses the passwords of the original service in one sentence that says where they belong', () => {
    const terminals = ['AUDJPY', 'AUDUSD', 'BTCUSD'].map((symbol, index) => ({
      id: `MT5_0${index + 1}`,
      symbol,
      server: 'YourBroker-Demo',
      login: 12345678 + index,
      password: 'hunter2',
    }));
    expect(withFile('terminals.json', { terminals })).toEqual([
      expect.stringMatching(
        /terminals\[0\]\.password \(and 2 more like it\) must not be here: a broker's password stays on the terminal's own host$/,
      ),
    ]);
  });

  it('refuses a text that expects a variable to be expanded', () => {
    const entry = { id: 'MT5_01', login: 1, server: '${MT5_SERVER}', symbol: 'EURUSD' };
    expect(withFile('terminals.json', { terminals: [entry, { ...entry, id: 'MT5_02' }] })).toEqual([
      expect.stringMatching(/terminals\[0\]\.server \(and 1 more like it\) holds \$\{\.\.\.\}, which is not expanded/),
    ]);
  });

  it('reports variables without effect instead of ignoring them silently', () => {
    expect(loadSettings(complete).ignored).toEqual([]);
    expect(loadSettings({ ...complete, DB_PREPARE_THRESHOLD: '0', DB_POOLSIZE: '5' }).ignored).toEqual([
      'DB_POOLSIZE is ignored: there is no such setting; did you mean DB_POOL_SIZE?',
      expect.stringMatching(/^DB_PREPARE_THRESHOLD is ignored: /),
    ]);
  });

  it('refuses an even fractal size and a parameter that does not fit its type', () => {
    const file = JSON.parse(JSON.stringify(loadedIndicators())) as {
      engine: { fractal_bars: number };
      terminal: object[];
    };
    expect(withFile('indicators.json', { ...file, engine: { ...file.engine, fractal_bars: 36 } })[0]).toContain(
      'engine.fractal_bars: fractal_bars must be odd',
    );
    const parameters = [{ type: 'int', value: 1.5 }];
    expect(withFile('indicators.json', { ...file, terminal: [{ ...file.terminal[0], parameters }] })[0]).toContain(
      'terminal[0].parameters[0].value',
    );
  });

  it('counts touches of diagonals by time where touch_order is left out, and refuses an order that it does not know', () => {
    const file = loadedIndicators() as { engine: { diagonal: { touch_order?: unknown } } };
    const { touch_order: _, ...diagonal } = file.engine.diagonal;
    const withOrder = (order: object) => {
      return withFile('indicators.json', { ...file, engine: { ...file.engine, diagonal: { ...diagonal, ...order } } });
    };
    expect(withOrder({}).join()).not.toContain('indicators.json');
    const { indicators } = loadSettings({ ...complete, CONFIG_DIR: folder });
    expect(indicators.engine.diagonal.touchOrder).toBe('time');
    for (const touch_order of ['bottoms_then_peaks', 'Time', '', 1]) {
      expect(withOrder({ touch_order }).join()).toContain(
        'indicators.json: engine.diagonal.touch_order: touch_order must be one of the following values: time, peaks_then_bottoms',
      );
    }
    expect(withOrder({ touch_order: null }).join()).toContain('engine.diagonal.touch_order must not be null');
  });

  it('refuses null for members that may be left out', () => {
    const entry = { id: 'MT5_01', login: 1, server: 'Broker', symbols: [{ name: 'EURUSD', broker_name: null }] };
    expect(withFile('terminals.json', { terminals: [entry], servers: null })).toEqual([
      expect.stringMatching(
        /terminals\.json: terminals\[0\]\.symbols\[0\]\.broker_name must not be null: leave it out$/,
      ),
      expect.stringMatching(/terminals\.json: servers must not be null: leave it out$/),
    ]);
    const { tiers } = JSON.parse(readFileSync(join('config', 'tiers.json'), 'utf8')) as { tiers: { limits: object }[] };
    const unlimited = tiers.map((tier) => ({ ...tier, limits: { ...tier.limits, per_day: null } }));
    expect(withFile('tiers.json', { tiers: unlimited }).join()).toContain('limits.per_day must not be null');
  });

  it('refuses outputs of indicators that nothing serves or that two indicators have, by their names', () => {
    const file = loadedIndicators() as { terminal: { buffers: object }[] };
    const withBuffers = (...buffers: object[]) => {
      const terminal = buffers.map((entry) => ({ ...file.terminal[0], buffers: entry }));
      return withFile('indicators.json', { ...file, terminal }).join();
    };
    const unserved = withBuffers({ peak_1: 0, peak_4: 1, zigzag: 2 });
    expect(unserved).toContain('terminal[0].buffers');
    expect(unserved).toContain('not served: "peak_4", "zigzag"; served are fractal_peaks, fractal_bottoms and');
    expect(withBuffers({ peak_1: 0 }, { peak_1: 3, peak_2: 4 })).toContain('peak_1 would be read from two indicators');
    expect(withBuffers({ peak_1: 0, peak_2: 1 }, { peak_3: 3 })).not.toContain('indicators.json');
  });

  it('reports faults in files and environment together', () => {
    writeFileSync(join(folder, 'tiers.json'), '{}');
    expect(faultsOf({ CONFIG_DIR: folder }).length).toBeGreaterThanOrEqual(4);
  });

  function loadedIndicators(): unknown {
    const { $schema: _, ...rest } = JSON.parse(readShipped()) as Record<string, unknown>;
    return rest;
  }

  function readShipped(): string {
    return readFileSync(join('config', 'indicators.json'), 'utf8');
  }
});

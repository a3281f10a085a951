import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deriveAgentKey, encodeAgentHello, encodeAgentReport, GatewayLink } from '../../src/bridge/index.js';
import { SystemClock } from '../../src/kernel/index.js';
import { GatewaySetup, type GatewayUnderTest, MASTER_SECRET } from '../support/gateway-under-test.js';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { Prometheus, type Rule } from './support/prometheus.js';
import { metricNames, readDashboards, withEverythingChosen } from './support/prometheus-files.js';

const SCRAPE_SECONDS = 1;
/** The market is open. */
const WEDNESDAY = Date.UTC(2026, 2, 11, 6) / 1000;
const RATE_INTERVAL = '60s';
/** How long all queries together may take to have data. */
const PATIENCE_MS = 120_000;
const RUNBOOKS = readFileSync(join(import.meta.dirname, '../../docs/runbooks.md'), 'utf8');

const queries = [...readDashboards().values()].flatMap(({ title, panels }) =>
  panels.flatMap((panel) => panel.targets.map(({ expr }) => ({ place: `${title} / ${panel.title}`, expr }))),
);

const AGENT = { type: 'agent-hello', host: 'main', program: 'test', clientNonce: Buffer.alloc(32, 5) } as const;
const PROCESS = {
  ...{ terminalId: 'MT5_A', state: 'running' as const, pid: 4711, memoryMb: 846, restarts: 1, startedAtMs: 1000 },
  ...{ lastExit: 'exit code 1', lastExitAtMs: 900, detail: '' },
};

/**
 * What every dashboard has something to show for: answers of all kinds, a terminal that comes back, a stranger, the
 * agent of a host.
 */
class EventfulDay {
  private freeKey = '';
  private adminKey = '';
  private agent: GatewayLink | undefined;

  constructor(private readonly gateway: GatewayUnderTest) {}

  async begin(): Promise<void> {
    const { gateway } = this;
    this.freeKey = await gateway.key({ tier: 'FREE' });
    this.adminKey = await gateway.key({ kind: 'adm' });
    await gateway.stopTerminals();
    expect((await gateway.ask('/api/v1/candles/EURUSD/H1')).status).toBe(503);
    await gateway.startTerminals();
    const stranger = connect(gateway.pool.address.port, '127.0.0.1');
    stranger.on('error', () => undefined).resume();
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await once(stranger, 'close');
    await this.attachAgent();
  }

  private async attachAgent(): Promise<void> {
    const { port } = this.gateway.pool.address;
    const key = deriveAgentKey(MASTER_SECRET, AGENT.host);
    await new Promise<void>((welcomed, failed) => {
      this.agent = new GatewayLink(
        { host: '127.0.0.1', port },
        { hello: (serverNonce) => encodeAgentHello(AGENT, { key, serverNonce }), verify: () => true },
        { welcomed: () => welcomed(), received: () => undefined, closed: (detail) => failed(new Error(detail)) },
        new SystemClock(),
      );
    });
  }

  end(): void {
    this.agent?.destroy('the day is over');
  }

  /** Rates need what goes on. */
  async goOn(): Promise<void> {
    const { gateway, freeKey, adminKey: key } = this;
    this.agent?.send([encodeAgentReport({ type: 'agent-report', processes: [PROCESS] })]);
    const callers = [undefined, undefined, freeKey, freeKey, 'not a key'];
    for (const key of callers) {
      const asking = key === undefined ? {} : { key };
      await (await gateway.fetch('/api/v1/candles/EURUSD/H1?bars=10', asking)).text();
    }
    await (await gateway.fetch('/api/v1/admin/terminals/MT5_A/account', { key })).text();
  }
}

describe('a real Prometheus at a real gateway', () => {
  let pooler: PgBouncer;
  let gateway: GatewayUnderTest;
  let prometheus: Prometheus;
  let day: EventfulDay;
  let rules: readonly Rule[];
  /** Queries that had no number in the end. */
  let silent: string[];

  beforeAll(async () => {
    pooler = await startPgBouncer();
    gateway = await new GatewaySetup()
      .terminal('MT5_A', 'EURUSD')
      .terminal('MT5_B', 'XAUUSD')
      .tiers(
        { name: 'FREE', rank: 1, symbols: ['EURUSD'], timeframes: ['H1'], limits: { per_minute: 1 } },
        { name: 'PRO', rank: 2, symbols: ['*'], timeframes: ['H1'], limits: { per_minute: 100_000 } },
      )
      .simulating({ startTime: WEDNESDAY, clockRate: 60 })
      .through(pooler)
      .start();
    prometheus = await Prometheus.start(new URL(gateway.url).host, SCRAPE_SECONDS);
    day = new EventfulDay(gateway);
    await day.begin();
    silent = await untilHeard(prometheus, () => day.goOn());
    rules = await prometheus.rules();
  });

  afterAll(async () => {
    await prometheus?.stop();
    day?.end();
    await gateway?.close();
    await pooler?.stop();
  });

  it('finds a number for every query of every dashboard', () => {
    expect(queries.length).toBeGreaterThan(50);
    expect(silent).toEqual([]);
  });

  it('evaluates every rule without an error', () => {
    expect(rules.length).toBeGreaterThan(35);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('is told only of metrics that the gateway has', async () => {
    const known = new Set(['up', 'ALERTS', ...rules.filter(isRecording).map(({ name }) => name)]);
    for (const [, name, type] of (await gateway.metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      known.add(name!);
      if (type === 'histogram') for (const part of ['bucket', 'sum', 'count']) known.add(`${name}_${part}`);
    }
    const used = [...rules.map(({ query }) => query), ...queries.map(({ expr }) => expr)].flatMap(metricNames);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('fills every variable of every dashboard', async () => {
    const variables = [...readDashboards().values()].flatMap(({ templating }) => templating.list);
    const lists = variables.flatMap(({ definition }) => definition?.match(/^label_values\((\w+), (\w+)\)$/) ?? []);
    expect(lists.length).toBeGreaterThan(0);
    for (const { definition } of variables) {
      if (definition === undefined) continue;
      const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      const values = await prometheus.query(`group by (${label}) (${metric}{${label}!=""})`);
      expect([definition, values.length]).not.toEqual([definition, 0]);
    }
  });

  it('measures the age of bars by the clock of the terminal, which is months away from ours here', async () => {
    const ages = await prometheus.query('instance_terminal:mt5gw_terminal_bar_age_seconds:last');
    expect(ages.length).toBeGreaterThan(0);
    for (const { value } of ages) {
      expect(Number(value[1])).toBeGreaterThanOrEqual(0);
      // An hour, and what the gateway needs to notice the next one, 60 times as fast.
      expect(Number(value[1])).toBeLessThan(3600 + 600);
    }
  });

  it('raises no alert about a sound gateway', async () => {
    const firing = await prometheus.query('ALERTS{alertstate="firing"}');
    expect(firing.map(({ metric }) => metric.alertname)).toEqual([]);
  });

  it('sends whoever is woken to a runbook that exists and says the four things', () => {
    const alerts = rules.filter((rule) => !isRecording(rule));
    const sections = new Map(
      RUNBOOKS.split(/^(?=## )/m)
        .filter((text) => /^## [A-Z]\w+\n/.test(text))
        .map((text) => [text.slice(3, text.indexOf('\n')), text]),
    );
    expect([...sections.keys()].sort()).toEqual(alerts.map(({ name }) => name).sort());
    for (const { name, labels, annotations } of alerts) {
      expect(labels.severity).toMatch(/^(warning|critical)$/);
      expect(annotations.summary).toMatch(/\S/);
      expect(annotations.description).toMatch(/\.$/);
      expect(annotations.runbook_url).toBe(`docs/runbooks.md#${name.toLowerCase()}`);
      for (const part of ['**Means.**', '**Look.**', '**Do.**', '**Over when**']) {
        expect([name, sections.get(name)]).toEqual([name, expect.stringContaining(part)]);
      }
    }
  });

  it('can run every query of the runbooks', async () => {
    const examples = [...RUNBOOKS.matchAll(/^```promql\n([^`]+)```/gm)].flatMap(([, text]) => text!.trim().split('\n'));
    expect(examples.length).toBeGreaterThan(20);
    for (const example of examples) await prometheus.query(example);
  });
});

function isRecording({ type }: Rule): boolean {
  return type === 'recording';
}

/** Lets things go on until every query of the dashboards has a number; gives those that still have none. */
async function untilHeard(prometheus: Prometheus, goOn: () => Promise<void>): Promise<string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let missing = queries;
  while (missing.length > 0 && performance.now() < deadline) {
    await goOn();
    await pause(SCRAPE_SECONDS * 500);
    const heard = await Promise.all(missing.map(({ expr }) => hasNumber(prometheus, expr)));
    missing = missing.filter((_, place) => heard[place] !== true);
  }
  return missing.map(({ place, expr }) => `${place}: ${expr}`);
}

async function hasNumber(prometheus: Prometheus, expr: string): Promise<boolean> {
  const samples = await prometheus.query(withEverythingChosen(expr, RATE_INTERVAL));
  return samples.some(({ value: [, text] }) => Number.isFinite(Number(text)));
}

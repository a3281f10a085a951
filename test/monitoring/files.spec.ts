import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { metricNames, PROMETHEUS_FOLDER, readDashboards, ruleFiles } from './support/prometheus-files.js';

function run(program: string, ...parameters: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8' });
  return { status, output: error?.message ?? stdout + stderr };
}

describe('promtool', () => {
  it('accepts the configuration and every rule', () => {
    const { status, output } = run('promtool', 'check', 'config', join(PROMETHEUS_FOLDER, 'prometheus.yml'));
    expect({ status, output }).toMatchObject({ status: 0 });
    for (const file of ruleFiles('rules')) expect(output).toContain(`${file}\n  SUCCESS`);
  });

  it('sees every alert fire when it should, and not when it should not', () => {
    expect(run('promtool', 'test', 'rules', ...ruleFiles('tests'))).toMatchObject({ status: 0 });
  });

  it('has a scene for every alert in which it fires', () => {
    const textOf = (folder: 'rules' | 'tests') => ruleFiles(folder).map((file) => readFileSync(file, 'utf8'));
    const alerts = textOf('rules').flatMap((text) => [...text.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!));
    const scenes = textOf('tests').join('\n');
    expect(alerts.length).toBeGreaterThan(20);
    expect(alerts.filter((name) => !scenes.includes(`alertname="${name}"`))).toEqual([]);
  });
});

describe('dashboards', () => {
  const dashboards = [...readDashboards()];

  it('are as their script writes them', () => {
    expect(run(process.execPath, 'tools/dashboards.mjs', '--check')).toEqual({ status: 0, output: '' });
  });

  it('have an address of their own each', () => {
    expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
    expect(dashboards.map(([, { uid }]) => uid)).toContain('connection-pool-monitoring');
  });

  it.each(dashboards)('%s asks the data source that is chosen, never one by name', (_name, { panels, templating }) => {
    const [first, ...variables] = templating.list;
    expect(first).toMatchObject({ name: 'datasource', type: 'datasource' });
    const asked = [
      ...variables.map(({ datasource }) => datasource?.uid),
      ...panels.map(({ datasource }) => datasource.uid),
      ...panels.flatMap(({ targets }) => targets.map(({ datasource }) => datasource.uid)),
    ];
    expect(new Set(asked)).toEqual(new Set(['${datasource}']));
  });

  it.each(dashboards)('%s uses only variables that it has', (_name, { panels, templating }) => {
    const known = new Set(['__rate_interval', ...templating.list.map(({ name }) => name)]);
    const used = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/(?<=\$)\w+/g) ?? []));
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(dashboards)('%s has panels that neither overlap nor leave the grid', (_name, { panels }) => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x} ${y}`)).toBeUndefined();
          taken.set(`${x} ${y}`, title);
        }
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

describe('the reader of metric names in this test', () => {
  it.each([
    ['sum by (job, instance) (rate(a_total{b="c",d=~"e"}[5m])) or record:f:g * 0', ['a_total', 'record:f:g']],
    ['histogram_quantile(0.99, sum by (le) (rate(h_bucket[5m]))) > 0.5', ['h_bucket']],
    ['x > 1e3 and x offset 5m unless on (y) z', ['x', 'z']],
    ['time() - process_start_time_seconds{job="a"}', ['process_start_time_seconds']],
  ])('%s', (query, names) => {
    expect(metricNames(query)).toEqual(names);
  });
});

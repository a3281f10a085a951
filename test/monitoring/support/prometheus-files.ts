import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCKER = join(import.meta.dirname, '../../../docker');

/** Folder of `prometheus.yml`, rules and their tests. */
export const PROMETHEUS_FOLDER = join(DOCKER, 'prometheus');

/** One dashboard as it is stored, as far as tests look at it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly datasource?: { readonly uid: string };
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

/** Every dashboard that Grafana is provisioned with, by file name. */
export function readDashboards(): ReadonlyMap<string, Dashboard> {
  const folder = join(DOCKER, 'grafana/dashboards');
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard;
  return new Map(readdirSync(folder).map((name) => [name, read(name)]));
}

/** All files of rules or of their tests. */
export function ruleFiles(folder: 'rules' | 'tests'): string[] {
  return readdirSync(join(PROMETHEUS_FOLDER, folder)).map((name) => join(PROMETHEUS_FOLDER, folder, name));
}

/** A query with the variables of Grafana filled in: everything is chosen, and rates look back this far. */
export function withEverythingChosen(query: string, rateInterval: string): string {
  return query
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll(/\$(?:instance|pool|database|terminal)\b/g, '.*');
}

/** Names of all metrics in a query; names with a colon are recorded by rules. */
export function metricNames(query: string): string[] {
  const bare = query
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
    .replaceAll(/\boffset\s+\w+/g, '');
  const words = bare.match(/[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*[(a-zA-Z0-9_:])/g) ?? [];
  return [...new Set(words.filter((word) => !['and', 'or', 'unless', 'bool'].includes(word)))];
}
